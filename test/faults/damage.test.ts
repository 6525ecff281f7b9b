import { Database } from "bun:sqlite";
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { cp, rm } from "node:fs/promises";
import { join } from "node:path";
import { createCatalogue, openStore, replay } from "../../src/event_log/mod.ts";
import { allEvents, allProjections } from "../../src/server/registry.ts";
import { assetsHistory } from "../histories/assets.ts";
import { randomOf } from "../histories/mod.ts";
import { reelog, spawnReelog } from "../support/command_line.ts";
import { importAsset } from "../support/imports.ts";
import { type MediaOrigin, startOrigin } from "../support/origin.ts";
import { failedStart, spawnServer } from "../support/server_process.ts";
import { temporaryDirectory } from "../support/test_server.ts";

let origin: MediaOrigin;
let used: string;
beforeAll(async () => {
  origin = await startOrigin();
  used = await temporaryDirectory();
  await using server = await spawnServer({ DATA_DIR: used, ALLOWED_ASSET_DOMAINS: origin.grant });
  await importAsset(server.api, origin);
});
afterAll(async () => {
  await origin[Symbol.asyncDispose]();
  await rm(used, { recursive: true, force: true });
});

/** A copy of the directory in which a server has imported a picture and was killed. */
async function usedDirectory() {
  const dataDir = await temporaryDirectory();
  await cp(used, dataDir, { recursive: true });
  const env = { DATA_DIR: dataDir, ALLOWED_ASSET_DOMAINS: origin.grant };
  return {
    dataDir,
    env,
    tamper(...statements: string[]) {
      using db = new Database(join(dataDir, "reelog.db"));
      const triggers = db.query<{ name: string }, []>("SELECT name FROM sqlite_master WHERE type = 'trigger'");
      for (const { name } of triggers.all()) db.run(`DROP TRIGGER ${name}`);
      for (const sql of statements) db.run(sql);
    },
    async [Symbol.asyncDispose]() {
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

describe("a server whose data was damaged", () => {
  test.each([
    [
      "data that is cut off",
      "UPDATE events SET data = substr(data, 1, 20) WHERE position = 2",
      /event 2 \(BlobStored of asset-/,
    ],
    [
      "data that does not fit",
      "UPDATE events SET data = '{}' WHERE position = 2",
      /event 2 \(BlobStored of asset-.*\/blobId/,
    ],
    [
      "other content",
      "UPDATE events SET data = replace(data, '1', '2') WHERE position = 2",
      /event 2 \(BlobStored, version 2 of/,
    ],
    ["one less", "DELETE FROM events WHERE position = 2", /event 2 was removed: event 3 follows/],
    ["an end less", "DELETE FROM events WHERE position = 4", /event 4 was removed: the log once went up to 4/],
  ])("by an event row with %s refuses to start, in one sentence that names it", async (_what, sql, says) => {
    await using place = await usedDirectory();
    place.tamper(sql);
    const { exitCode, stderr } = await failedStart(place.env);
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(says);
    expect(stderr).toStartWith("Cannot open the event log: ");
    expect(stderr.trim().split("\n")).toHaveLength(1);
  });

  test("in its read tables says so in verify, and has them again after a replay, without a stop", async () => {
    await using place = await usedDirectory();
    await using server = await spawnServer(place.env);
    place.tamper("DELETE FROM assets", "UPDATE asset_totals SET count = 99");
    expect((await server.api("GET", "/assets")).data).toEqual([]);
    const { status, out } = await reelog(place.dataDir, "verify");
    expect(status).toBe(1);
    expect(out).toMatch(/^projections: assets: row id=.* is missing$/m);
    expect(await reelog(place.dataDir, "replay")).toMatchObject({ status: 0 });
    expect((await server.api("GET", "/assets")).data).toHaveLength(1);
    expect(await reelog(place.dataDir, "verify")).toMatchObject({ status: 0 });
  });

  test("whose checkpoints say nothing, or too much, builds its read tables at the start", async () => {
    await using place = await usedDirectory();
    for (const sql of ["DELETE FROM projection_checkpoints", "UPDATE projection_checkpoints SET position = 99"]) {
      place.tamper(sql, "DELETE FROM assets");
      await using server = await spawnServer(place.env);
      expect((await server.api("GET", "/assets")).data).toHaveLength(1);
      expect(await reelog(place.dataDir, "verify")).toMatchObject({ status: 0 });
    }
  });

  test("on a file system that nobody can write to refuses to start, and its log can still be read", async () => {
    await using place = await usedDirectory();
    const readOnly = `mount --bind "$0" "$0" && mount -o remount,ro,bind "$0" && exec "$@"`;
    const main = (name: string) => join(import.meta.dir, "../../src", name);
    const within = (...command: string[]) =>
      Bun.spawn(
        ["unshare", "--mount", "--map-root-user", "sh", "-c", readOnly, place.dataDir, process.execPath, ...command],
        {
          env: { PATH: process.env.PATH ?? "", PORT: "0", ...place.env },
          stdout: "pipe",
          stderr: "pipe",
        },
      );
    const server = within(main("main.ts"));
    expect(await new Response(server.stderr).text()).toBe(
      `Cannot start: DATA_DIR ${place.dataDir} is not a directory that can be made and written to\n`,
    );
    expect(await server.exited).toBe(1);
    for (const command of ["replay", "sweep"]) {
      const child = within(main("cli/main.ts"), command);
      expect(await child.exited).toBe(1);
      expect((await new Response(child.stderr).text()).trim()).toMatch(/^Cannot [^\n]*$/);
    }
  });

  test("does not let a second server or a restore in", async () => {
    await using place = await usedDirectory();
    await using server = await spawnServer(place.env);
    expect(await failedStart(place.env)).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining("another Reelog"),
    });
    const child = spawnReelog(place.dataDir, "restore", place.dataDir);
    expect(await child.exited).toBe(1);
    expect((await server.api("GET", "/assets")).data).toHaveLength(1);
  });
});

test("a clock that goes backwards: the times of the log keep the order of its positions, and every command works", async () => {
  const dataDir = await temporaryDirectory();
  const random = randomOf(5);
  const now = () => new Date(Date.UTC(2026, 0, 1) + random(30) * 86_400_000);
  const options = { dataDir, catalogue: createCatalogue(allEvents), projections: allProjections };
  const store = await openStore({ ...options, now });
  await assetsHistory(store.log, randomOf(11));
  const events = await store.log.read({ after: 0, limit: 10_000 });
  store.close();
  expect(events.map(({ position }) => position)).toEqual(events.map((_, index) => index + 1));
  const times = events.map(({ recordedAt }) => recordedAt);
  expect(times).toEqual(times.toSorted());
  await replay(options);
  expect(await reelog(dataDir, "verify", "--only", "chain", "--only", "projections")).toMatchObject({ status: 0 });
  for (const command of [["stats"], ["streams"], ["events", "--until", "2026-01-10"]]) {
    expect(await reelog(dataDir, ...command)).toMatchObject({ status: 0 });
  }
  await rm(dataDir, { recursive: true, force: true });
});
