import { expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { assetDecider } from "../../src/assets/decide.ts";
import { AssetRequested, assetStream } from "../../src/assets/events.ts";
import { createAssetQueries } from "../../src/assets/mod.ts";
import { createCatalogue, execute, openStore } from "../../src/event_log/mod.ts";
import { createJobCommands } from "../../src/jobs/commands.ts";
import { jobStream } from "../../src/jobs/events.ts";
import { createAssetPort } from "../../src/jobs/mod.ts";
import { jobsAwaitingAssets } from "../../src/jobs/tables.ts";
import { allEvents, allProjections } from "../../src/server/registry.ts";
import { createTemplatePlanner } from "../../src/storyboard/mod.ts";
import { NO_QUOTAS } from "../support/quotas.ts";
import { created, failed } from "./rendering/specs.ts";

test("a retry does not wait for an asset that became ready while the retry looked at it", async () => {
  const dataDir = mkdtempSync(join(tmpdir(), "reelog-race-"));
  const store = await openStore({ dataDir, catalogue: createCatalogue(allEvents), projections: allProjections });
  const { log, read } = store;
  const metadata = { owner: "ann", actor: "test" };
  try {
    const source = { kind: "url", url: "https://x.example/a.png" } as const;
    const requested = AssetRequested.of({
      name: "n",
      type: "image",
      source,
      tags: [],
      clientId: null,
      campaignId: null,
    });
    await log.append({ stream: assetStream("a1"), expected: "none", events: [requested] }, metadata);
    await log.append({ stream: jobStream("j1"), expected: "none", events: [created, failed("assets")] }, metadata);

    const run = (command: Parameters<typeof assetDecider.decide>[1]) =>
      execute(command, { log, decider: assetDecider, stream: assetStream("a1"), id: "a1", metadata });
    async function becomeReady(): Promise<void> {
      await run({
        do: "store blob",
        blob: { blobId: "b", sha256: "ab".repeat(32), sizeBytes: 9, sentContentType: null },
      });
      const nothing = { width: 1, height: 1, duration: null, pageCount: null };
      const facts = { kind: "image", format: "png", contentType: "image/png", ...nothing } as const;
      await run({ do: "describe", facts, thumbnail: null });
    }

    const { writes, assetOf } = createAssetPort(createAssetQueries(read), log);
    let looks = 0;
    const commands = createJobCommands({
      log,
      quotas: NO_QUOTAS,
      assetOf,
      speaker: { provider: "flite", model: "flite-2.3", voices: null },
      planner: createTemplatePlanner(),
      sceneBounds: { min: 3, max: 7 },
      checkClientScope: () => ({ clientId: "c1", campaignId: null }),
      brandOf: () => null,
      checkSource: () => {},
      wasAccepted: () => false,
      restsOn: [],
      assets: {
        ...writes,
        async retry(owner, assetId) {
          const found = await writes.retry(owner, assetId);
          // In the gap between the look and the append.
          if (looks++ === 0) await becomeReady();
          return found;
        },
      },
    });
    await commands.retry({ owner: "ann", actor: "ann", requestId: "r" }, "j1");
    expect(looks).toBe(2);
    expect(read.select().from(jobsAwaitingAssets).all()).toMatchObject([{ jobId: "j1", waiting: 0, failed: false }]);
  } finally {
    store.close();
    rmSync(dataDir, { recursive: true, force: true });
  }
});
