import { describe, expect, test } from "bun:test";
import { rm } from "node:fs/promises";
import { createCatalogue, databasePath, replay, verify } from "../../src/event_log/mod.ts";
import { allEvents, allProjections } from "../../src/server/registry.ts";
import { temporaryDirectory } from "../support/test_server.ts";
import { type FuzzCampaign, startFuzzCampaign } from "./campaign.ts";
import { faultsIn, residentBytes } from "./health.ts";
import type { Operation } from "./operations.ts";
import { SEED } from "./seed.ts";

const REQUESTS = Number(process.env.FUZZ_REQUESTS ?? 2_600);
/** The most growth of a server under load, in bytes: caches and compiled code, but nothing of each request. */
const MAY_GROW = 160 * 2 ** 20;

describe("whatever is sent to any endpoint", () => {
  test.concurrent.each([
    ["open", "that is always the same", 20_261_122],
    ["closed", `that FUZZ_SEED sets: ${SEED}`, SEED],
  ])(
    "is answered as the document says, on a server that is %s, with a seed %s",
    async (mode, _name, seed) => {
      console.log(`fuzz: seed ${seed}, ${REQUESTS} requests`);
      const dataDir = await temporaryDirectory();
      try {
        {
          await using campaign = await startFuzzCampaign(dataDir, { withKeys: mode === "closed" });
          expect(await fireAtAll(campaign, seed)).toEqual([]);
          expect(countOf(campaign)).toBeGreaterThanOrEqual(REQUESTS);
          // Enough of what is sent is taken, or this would only be knocking at the door.
          expect(countOf(campaign, "2")).toBeGreaterThan(REQUESTS / 6);
          expect(faultsIn(campaign.server.logs)).toEqual([]);
          campaign.server.kill("SIGTERM");
          expect(await campaign.server.exited).toBe(0);
        }
        const catalogue = createCatalogue(allEvents);
        expect(verify(databasePath(dataDir), allProjections, { catalogue }).differences).toEqual([]);
        expect(await replay({ dataDir, catalogue, projections: allProjections })).toBeGreaterThan(100);
        expect(verify(databasePath(dataDir), allProjections, { catalogue }).differences).toEqual([]);
      } finally {
        await rm(dataDir, { recursive: true, force: true });
      }
    },
    600_000,
  );
});

/** Two rounds over all endpoints, so that what the first has made is there for the second. */
async function fireAtAll(campaign: FuzzCampaign, seed: number): Promise<string[]> {
  // What deletes comes last, or there would be nothing left to ask for.
  const operations = campaign.operations.toSorted((a, b) => Number(deletes(a)) - Number(deletes(b)));
  const share = REQUESTS / 2 / operations.reduce((sum, each) => sum + weightOf(each), 0);
  const findings: string[] = [];
  for (const round of [1, 2]) {
    const before = await residentBytes(campaign.server.pid);
    await campaign.settle();
    for (const [index, operation] of operations.entries()) {
      const requests = Math.ceil(share * weightOf(operation));
      const finding = await campaign.fire(operation, { seed: seed + 1_000 * round + index, requests });
      if (finding !== null) findings.push(finding);
    }
    // The first round compiles and fills what is kept once; what the second adds would be added for ever.
    const grown = (await residentBytes(campaign.server.pid)) - before;
    if (round === 2 && grown > MAY_GROW) findings.push(`the server grew by ${Math.round(grown / 2 ** 20)} MiB`);
    console.log(`fuzz: round ${round}, ${Math.round(grown / 2 ** 20)} MiB more`);
  }
  console.log(`fuzz: ${[...campaign.statuses].map(([status, count]) => `${status} ${count} times`).join(", ")}`);
  return findings;
}

function deletes({ method }: Operation): boolean {
  return method === "DELETE";
}

/** Returns the weight of an endpoint: those that read bodies have the most to get wrong, and a sheet takes as long as fifty others. */
function weightOf({ bodies, parameters, template }: Operation): number {
  if (template.endsWith("/storyboard.png")) return 1;
  return (bodies === null ? 1 : 3) + Math.min(parameters.length, 4) / 2;
}

/** Returns the number of answers whose status begins like this; by default all. */
function countOf({ statuses }: FuzzCampaign, begin = ""): number {
  return [...statuses].reduce((sum, [status, count]) => sum + (status.startsWith(begin) ? count : 0), 0);
}
