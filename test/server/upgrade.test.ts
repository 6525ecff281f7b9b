import { Database } from "bun:sqlite";
import { describe, expect, test } from "bun:test";
import { join } from "node:path";
import { sqliteTable, text } from "drizzle-orm/sqlite-core";
import { AssetRequested } from "../../src/assets/events.ts";
import {
  createCatalogue,
  databasePath,
  defineProjection,
  openStore,
  type Projection,
  replay,
  type StoreOptions,
  verify,
  when,
} from "../../src/event_log/mod.ts";
import { indexContents } from "../../src/retention/mod.ts";
import { allEvents, allProjections } from "../../src/server/registry.ts";
import { reelog } from "../support/command_line.ts";
import { OLD_HEAD, oldDirectory } from "../support/old_release.ts";
import { temporaryDirectory } from "../support/test_server.ts";

const catalogue = createCatalogue(allEvents);

/** The projections of a release in which one of them has a bug. */
const broken: readonly Projection[] = allProjections.map((projection) =>
  projection.name === "clients"
    ? {
        ...projection,
        version: projection.version + 1,
        apply() {
          throw new Error("a bug of the new release");
        },
      }
    : projection,
);

function open(dataDir: string, options: Partial<StoreOptions> = {}) {
  const prepare = (db: Database) => indexContents(db, allEvents);
  return openStore({ dataDir, catalogue, projections: allProjections, prepare, ...options });
}

/** Every table, index and trigger, and every row of the tables that a release reads at its start. */
function contentOf(dataDir: string) {
  using db = new Database(databasePath(dataDir), { readonly: true });
  const rows = (sql: string) => db.query(sql).values();
  return {
    tables: rows("SELECT name, sql FROM sqlite_master WHERE type IN ('table', 'trigger') ORDER BY name"),
    migrations: rows("SELECT * FROM schema_migrations ORDER BY tag"),
    checkpoints: rows("SELECT * FROM projection_checkpoints ORDER BY name"),
    clients: rows("SELECT * FROM clients ORDER BY id"),
    jobs: rows("SELECT * FROM jobs ORDER BY id"),
    head: rows("SELECT max(position) FROM events"),
  };
}

/** As a database was before there was a hash chain: of a release whose migrations this one has to continue. */
function withoutChain(dataDir: string): void {
  using db = new Database(databasePath(dataDir));
  db.run(
    "DROP TABLE event_hashes; DELETE FROM schema_migrations WHERE tag = '0005_event_hashes'; PRAGMA wal_checkpoint",
  );
}

describe("a directory of the release before", () => {
  test("opens, verifies and replays to the same rows", async () => {
    using old = await oldDirectory();
    const { dataDir } = old;
    const store = await open(dataDir);
    expect(store.head()).toBe(OLD_HEAD);
    store.close();
    expect(verify(databasePath(dataDir), allProjections, { catalogue })).toEqual({ events: OLD_HEAD, differences: [] });
    expect(await replay({ dataDir, catalogue, projections: allProjections })).toBe(OLD_HEAD);
    expect(await reelog(dataDir, "verify")).toMatchObject({ status: 0 });
  });

  test("can be taken back: no migration is applied that the release before does not know", async () => {
    using old = await oldDirectory();
    const before = contentOf(old.dataDir).migrations;
    (await open(old.dataDir)).close();
    expect(contentOf(old.dataDir).migrations).toEqual(before);
  });

  test("loses the tables of a removed projection, which the release before builds again", async () => {
    using old = await oldDirectory();
    const named = () => JSON.stringify(contentOf(old.dataDir)).match(/asset_blobs|blob_holders/g) ?? [];
    expect(named()).not.toEqual([]);
    (await open(old.dataDir)).close();
    expect(named()).toEqual([]);
    const table = sqliteTable("asset_blobs", { id: text().primaryKey() });
    const asset_blobs = defineProjection("asset_blobs", 1, {
      tables: [table],
      on: [when(AssetRequested, (rows, { id }) => rows.insert(table, { id }))],
    });
    const before = await open(old.dataDir, { projections: [...allProjections, asset_blobs] });
    expect(before.rebuilt).toEqual(["asset_blobs"]);
    before.close();
  });

  test.each([
    ["of the last release", () => {}],
    ["of a release that lacks migrations", withoutChain],
  ])("%s is as it was after an upgrade that failed, and is upgraded by the next one", async (_which, age) => {
    using old = await oldDirectory();
    const { dataDir } = old;
    age(dataDir);
    const before = contentOf(dataDir);
    await expect(open(dataDir, { projections: broken })).rejects.toThrow(
      /^Cannot project Client\w+ at position \d+ into clients: a bug of the new release$/,
    );
    expect(contentOf(dataDir)).toEqual(before);
    const store = await open(dataDir);
    expect(store.head()).toBe(OLD_HEAD);
    store.close();
    expect(await reelog(dataDir, "verify")).toMatchObject({ status: 0 });
  });

  test("of a release that lacks migrations is as it was when the last step of the upgrade fails", async () => {
    using old = await oldDirectory();
    withoutChain(old.dataDir);
    const before = contentOf(old.dataDir);
    const prepare = () => {
      throw new Error("the last step fails");
    };
    await expect(open(old.dataDir, { prepare })).rejects.toThrow("the last step fails");
    expect(contentOf(old.dataDir)).toEqual(before);
  });

  test.each([
    ["of the last release", () => {}],
    ["of a release that lacks migrations", withoutChain],
  ])("%s is backed up as it is, and the backup is restored", async (_which, age) => {
    using old = await oldDirectory();
    age(old.dataDir);
    const before = contentOf(old.dataDir);
    const shelf = await temporaryDirectory();
    const to = join(shelf, "backup");
    expect(await reelog(old.dataDir, "backup", to)).toMatchObject({ status: 0, err: expect.any(String) });
    expect(contentOf(old.dataDir)).toEqual(before);
    expect(contentOf(to)).toEqual(before);
    const restored = join(shelf, "restored");
    expect(await reelog(restored, "restore", to)).toMatchObject({ status: 0 });
    expect(contentOf(restored)).toEqual(before);
    (await open(restored)).close();
    expect(await reelog(restored, "verify")).toMatchObject({ status: 0 });
  });
});

describe("the schema of the log", () => {
  async function upgraded() {
    const directory = await oldDirectory();
    (await open(directory.dataDir)).close();
    return {
      ...directory,
      run(sql: string) {
        using db = new Database(databasePath(directory.dataDir));
        db.run(sql);
      },
    };
  }

  test.each([
    [
      "a dropped trigger",
      "DROP TRIGGER events_refuse_delete",
      "the trigger events_refuse_delete of the log is missing",
    ],
    [
      "a trigger of the hash chain that was dropped",
      "DROP TRIGGER event_hashes_refuse_update",
      "the trigger event_hashes_refuse_update of the log is missing",
    ],
    [
      "a changed trigger",
      "DROP TRIGGER events_refuse_update; CREATE TRIGGER events_refuse_update BEFORE UPDATE ON events WHEN 0 BEGIN SELECT 1; END",
      "the trigger events_refuse_update of the log was changed",
    ],
    ["a dropped index", "DROP INDEX events_owner", "the index events_owner of the log is missing"],
    [
      "a unique index that was dropped",
      "DROP INDEX events_stream_version",
      "the index events_stream_version of the log is missing",
    ],
    [
      "a changed index",
      "DROP INDEX events_type; CREATE INDEX events_type ON events (type)",
      "the index events_type of the log was changed",
    ],
    [
      "missing checkpoints",
      "DROP TABLE projection_checkpoints",
      "the table projection_checkpoints of the log is missing",
    ],
  ])("with %s is noticed by verify, and mended by a start, which says so", async (_what, sql, says) => {
    using directory = await upgraded();
    const { dataDir, run } = directory;
    run(sql);
    const found = await reelog(dataDir, "verify", "--only", "chain");
    expect(found).toMatchObject({ status: 1 });
    expect(found.out).toContain(`chain: ${says}`);
    expect(found.out).toContain("the next start or 'bun run replay' makes it again");
    const mended: string[] = [];
    (await open(dataDir, { onMend: (faults) => mended.push(...faults.map(({ what }) => what)) })).close();
    expect(mended).toEqual([says]);
    expect(await reelog(dataDir, "verify")).toMatchObject({ status: 0 });
  });

  test("with a dropped trigger is mended by a replay, too", async () => {
    using directory = await upgraded();
    directory.run("DROP TRIGGER events_refuse_delete");
    expect(await reelog(directory.dataDir, "replay")).toMatchObject({ status: 0 });
    expect(await reelog(directory.dataDir, "verify")).toMatchObject({ status: 0 });
  });

  test.each([
    [
      "a foreign trigger on the log",
      "CREATE TRIGGER spy AFTER INSERT ON events BEGIN DELETE FROM jobs; END",
      'the trigger spy on events does not belong to Reelog and can change what is written; remove it with DROP TRIGGER "spy"',
    ],
    [
      "a foreign trigger on a read table",
      "CREATE TRIGGER spy BEFORE INSERT ON clients BEGIN SELECT RAISE(IGNORE); END",
      "the trigger spy on clients does not belong to Reelog",
    ],
    [
      "a missing hash chain",
      "DROP TABLE event_hashes",
      "the table event_hashes of the log is missing; 'bun run reelog restore'",
    ],
    ["no events", "DROP TABLE events", "the table events of the log is missing; 'bun run reelog restore'"],
  ])("with %s is noticed by verify, and refused by a start with what to do", async (_what, sql, says) => {
    using directory = await upgraded();
    const { dataDir, run } = directory;
    run(sql);
    const found = await reelog(dataDir, "verify", "--only", "chain");
    expect(found).toMatchObject({ status: 1 });
    expect(found.out).toContain(`chain: ${says}`);
    await expect(open(dataDir)).rejects.toThrow(`Cannot open the event log: ${says}`);
  });

  test("of a read table that was changed by hand is noticed by verify, and built again", async () => {
    using directory = await upgraded();
    directory.run("DROP INDEX clients_by_owner");
    const found = await reelog(directory.dataDir, "verify", "--only", "projections");
    expect(found).toMatchObject({ status: 1 });
    expect(found.out).toContain("not as this release defines them: clients;");
    expect(await reelog(directory.dataDir, "replay")).toMatchObject({ status: 0 });
    expect(await reelog(directory.dataDir, "verify")).toMatchObject({ status: 0 });
  });
});
