import { describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createAssetsAsOf } from "../../src/assets/assets_as_of.ts";
import { assetsProjection } from "../../src/assets/projection.ts";
import { createAssetQueries } from "../../src/assets/queries.ts";
import { createCatalogue, createInMemoryProjections, type EventLog, openStore } from "../../src/event_log/mod.ts";
import { asOfQuery } from "../../src/history/as_of_query.ts";
import { createJobsAsOf } from "../../src/jobs/history/jobs_as_of.ts";
import { jobsProjection } from "../../src/jobs/projection.ts";
import { createJobQueries } from "../../src/jobs/queries.ts";
import { scenesProjection } from "../../src/jobs/scenes/scenes_projection.ts";
import { allEvents, allProjections } from "../../src/server/registry.ts";
import { histories, randomOf } from "../histories/mod.ts";

/** A store whose clock goes on by a second with each append. */
async function openTemporary() {
  const dataDir = mkdtempSync(join(tmpdir(), "reelog-past-"));
  let seconds = 0;
  const now = () => new Date(Date.UTC(2026, 0, 1) + ++seconds * 1_000);
  const store = await openStore({ dataDir, catalogue: createCatalogue(allEvents), projections: allProjections, now });
  const scratch = createInMemoryProjections([assetsProjection, jobsProjection, scenesProjection]);
  return {
    store,
    jobsAsOf: createJobsAsOf(store.log, scratch),
    assetsAsOf: createAssetsAsOf(store.log, scratch),
    [Symbol.dispose]() {
      scratch[Symbol.dispose]();
      store.close();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

/** The answer of the API about a thing at one moment. */
interface Memory {
  readonly owner: string;
  readonly id: string;
  readonly position: number;
  readonly recordedAt: string;
  readonly said: unknown;
}

/** Every so often during a history, what a look says then. */
function remember(log: EventLog, prefix: string, look: (owner: string, id: string) => unknown): Memory[] {
  const memories: Memory[] = [];
  const ids = new Set<string>();
  log.subscribe((events) => {
    const last = events.at(-1);
    if (!last) return;
    for (const { stream } of events) if (stream.startsWith(prefix)) ids.add(stream.slice(prefix.length));
    for (const id of ids) {
      for (const owner of ["ann", "bob"]) {
        // All of it would be a hundred thousand looks.
        if ((last.position * 31 + Bun.hash.crc32(id)) % 17 !== 0) continue;
        const { position, recordedAt } = last;
        memories.push({ owner, id, position, recordedAt, said: structuredClone(look(owner, id)) });
      }
    }
  });
  return memories;
}

describe("the past", () => {
  test.each([1, 2, 3])(
    "of a job is what the API said then, at every position and time of a generated history (seed %p)",
    async (seed) => {
      using at = await openTemporary();
      const queries = createJobQueries(at.store.read, createAssetQueries(at.store.read).lostOf);
      const look = (owner: string, id: string) => {
        const job = queries.find(owner, id);
        return job && queries.parts(job);
      };
      const memories = remember(at.store.log, "job-", look);
      await histories.jobs?.(at.store.log, randomOf(seed));
      expect(memories.filter(({ said }) => said !== undefined).length).toBeGreaterThan(50);
      for (const { owner, id, position, recordedAt, said } of memories) {
        expect<unknown>(await at.jobsAsOf.find(owner, id, String(position))).toEqual(said);
        expect<unknown>(await at.jobsAsOf.find(owner, id, recordedAt)).toEqual(said);
      }
    },
  );

  test.each([1, 2, 3])("of an asset is what the API said then (seed %p)", async (seed) => {
    using at = await openTemporary();
    const queries = createAssetQueries(at.store.read);
    const memories = remember(at.store.log, "asset-", queries.find);
    await histories.assets?.(at.store.log, randomOf(seed));
    expect(memories.filter(({ said }) => said !== undefined).length).toBeGreaterThan(50);
    for (const { owner, id, position, recordedAt, said } of memories) {
      expect<unknown>(await at.assetsAsOf.find(owner, id, String(position))).toEqual(said);
      expect<unknown>(await at.assetsAsOf.find(owner, id, recordedAt)).toEqual(said);
    }
  });

  test("leaves nothing behind, and does not touch the present", async () => {
    using at = await openTemporary();
    await histories.assets?.(at.store.log, randomOf(1));
    const rows = () => at.store.db.query("SELECT * FROM assets ORDER BY id").all();
    const before = rows();
    const [first] = await at.store.log.read({ after: 0, limit: 1 });
    const { owner = "" } = first?.metadata ?? {};
    const id = first?.stream.slice("asset-".length) ?? "";
    expect<unknown>(await at.assetsAsOf.find(owner, id, "1")).toMatchObject({ id, status: "pending" });
    expect<unknown>(await at.assetsAsOf.find(owner, id, "0")).toBeUndefined();
    expect<unknown>(await at.assetsAsOf.find(owner, "other", "1")).toBeUndefined();
    expect(rows()).toEqual(before);
  });
});

describe("a moment", () => {
  const now = new Date("2026-11-22T10:00:00.000Z");
  /** A log whose position is the time before now, in milliseconds. */
  const log = {
    head: async () => 42,
    positionAt: async (time: Date) => (time < now ? now.getTime() - time.getTime() : 42),
  };

  test.each([
    ["0", 0],
    ["42", 42],
    ["007", 7],
    ["2026-11-22T09:59:59Z", 1_000],
    ["2026-11-22T10:59:59+01:00", 1_000],
    ["2026-11-22T10:59:59 01:00", 1_000],
    ["2026-11-22T10:00:00Z", 42],
    ["2026-11-22T10:00:01Z", 42],
    ["2026-11-22t09:59:59.5z", 500],
    ["2024-02-29T00:00:00Z", now.getTime() - Date.UTC(2024, 1, 29)],
  ])("is read from %p", async (text, position) => {
    expect(await asOfQuery(text, log)).toBe(position);
  });

  test.each([
    "43",
    "999999999999999",
    "9".repeat(40),
    "-1",
    "1.5",
    "1e1",
    "0x10",
    " 1",
    "now",
    "yesterday",
    "2026-11-22",
    "2026-11-22T10:00:00",
    "2026-02-31T10:00:00Z",
    "2026-13-01T10:00:00Z",
    "2026-11-22T25:00:00Z",
    "2026-11-22T09:00:00+99:99",
    "Sun, 22 Nov 2026 09:00:00 GMT",
    "٤٢",
  ])("is not %p", async (text) => {
    await expect(asOfQuery(text, log)).rejects.toMatchObject({
      code: "validation_failed",
      details: [{ path: "at" }],
    });
  });
});
