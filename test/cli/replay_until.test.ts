import { Database } from "bun:sqlite";
import { describe, expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { getTableName } from "drizzle-orm";
import { createCatalogue, openStore } from "../../src/event_log/mod.ts";
import { allEvents, allProjections } from "../../src/server/registry.ts";
import { assetsHistory } from "../histories/assets.ts";
import { randomOf } from "../histories/mod.ts";
import { reelog } from "../support/command_line.ts";
import { historyOnDisk } from "../support/histories_on_disk.ts";
import { importAsset, startServerAndOrigin } from "../support/imports.ts";
import { filesIn } from "../support/test_server.ts";

const catalogue = createCatalogue(allEvents);
const TABLES = allProjections.flatMap(({ tables }) => tables).map(getTableName);

function rowsOf(db: Database): Record<string, unknown[]> {
  return Object.fromEntries(
    TABLES.map((name) => {
      const rows = db.query(`SELECT * FROM "${name}"`).all();
      return [name, rows.map((row) => JSON.stringify(row)).toSorted()];
    }),
  );
}

function rowsIn(path: string): Record<string, unknown[]> {
  using db = new Database(path, { readonly: true });
  return rowsOf(db);
}

describe("reelog replay", () => {
  test("--until POSITION --into FILE makes the tables as they were, and leaves the live ones alone", async () => {
    await using history = await historyOnDisk();
    const { dataDir, store } = history;
    const before = rowsOf(store.db);
    const head = store.head();
    const file = join(dataDir, "past.db");
    const said = await reelog(dataDir, "replay", "--until", String(head), "--into", file);
    expect(said).toMatchObject({ status: 0, out: expect.stringContaining(`Replayed ${head} events into idempotency`) });
    const more = { log: store.log, random: randomOf(99) };
    await assetsHistory(more.log, more.random);
    expect(rowsIn(file)).toEqual(before);
    expect(rowsOf(store.db)).not.toEqual(before);
    // The same moment once more, now that it is in the past.
    const again = join(dataDir, "again.db");
    expect((await reelog(dataDir, "replay", "--until", String(head), "--into", again)).status).toBe(0);
    expect(rowsIn(again)).toEqual(before);
    expect(filesIn(dataDir).filter((name) => /unfinished|past\.db-|again\.db-/.test(name))).toEqual([]);
  });

  test("--until TIME stops before the first event that was recorded later", async () => {
    await using history = await historyOnDisk();
    history.tamper(
      "UPDATE events SET recorded_at = '2026-01-01T00:00:00.000Z'",
      "UPDATE events SET recorded_at = '2026-01-02T00:00:00.000Z' WHERE position >= 21",
    );
    const file = join(history.dataDir, "past.db");
    const { out } = await reelog(history.dataDir, "replay", "--until", "2026-01-01T12:00:00Z", "--into", file);
    expect(out).toContain("Replayed 20 events");
  });

  test("--into a directory that does not exist is refused, and makes none", async () => {
    await using history = await historyOnDisk();
    const file = join(history.dataDir, "typo", "past.db");
    const said = await reelog(history.dataDir, "replay", "--into", file);
    expect(said).toMatchObject({ status: 1, err: expect.stringContaining("its directory does not exist") });
    expect(existsSync(join(history.dataDir, "typo"))).toBe(false);
  });

  test("--into with --projection has those tables only", async () => {
    await using history = await historyOnDisk();
    const file = join(history.dataDir, "clients_only.db");
    await reelog(history.dataDir, "replay", "--projection", "clients", "--into", file);
    using db = new Database(file, { readonly: true });
    const names = db.query("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name").values().flat();
    expect(names).toEqual(["client_totals", "clients", "projection_checkpoints"]);
  });

  test("--until into the live tables shows the past there until the next start, which brings the rest", async () => {
    await using history = await historyOnDisk();
    const { dataDir, store } = history;
    const now = rowsOf(store.db);
    const file = join(dataDir, "past.db");
    await reelog(dataDir, "replay", "--until", "30", "--into", file);
    const said = await reelog(dataDir, "replay", "--until", "30");
    expect(said).toMatchObject({ status: 0, err: expect.stringContaining("as they were after event 30") });
    expect(rowsOf(store.db)).toEqual(rowsIn(file));
    const next = await openStore({ dataDir, catalogue, projections: allProjections });
    expect(next.rebuilt).toEqual(allProjections.map(({ name }) => name));
    next.close();
    expect(rowsOf(store.db)).toEqual(now);
  });

  test("--until into the live tables is refused beside a server; into a file it is not", async () => {
    await using both = await startServerAndOrigin();
    await importAsset(both.server.api, both.origin);
    const { dataDir } = both.server.config;
    const refused = await reelog(dataDir, "replay", "--until", "1");
    expect(refused).toMatchObject({ status: 1, err: expect.stringContaining("a server is using the read tables") });
    const file = join(dataDir, "past.db");
    expect((await reelog(dataDir, "replay", "--until", "1", "--into", file)).status).toBe(0);
    expect(rowsIn(file).assets).toHaveLength(1);
    expect((await both.server.api("GET", "/assets")).data).toHaveLength(1);
  });

  test.each([
    [["--until", "99999"], 2, "Cannot replay until 99999: the log ends at"],
    [["--until", "soon"], 2, "It must be a position of the log, or a time"],
    [["--verify", "--until", "3"], 2, "cannot be combined with --until or --into"],
    [["--verify", "--into", "x"], 2, "cannot be combined with --until or --into"],
    [["--into", "/proc/nowhere/x.db"], 1, "its directory does not exist"],
  ] as const)("%j ends with status %p and says: %s", async (parameters, status, says) => {
    await using history = await historyOnDisk();
    const said = await reelog(history.dataDir, "replay", ...parameters);
    expect(said).toMatchObject({ status, err: expect.stringContaining(says) });
  });

  test("--into does not replace a file", async () => {
    await using history = await historyOnDisk();
    const file = join(history.dataDir, "mine.db");
    await Bun.write(file, "mine");
    const { status, err } = await reelog(history.dataDir, "replay", "--into", file);
    expect({ status, err }).toMatchObject({ status: 1, err: `Cannot replay into ${file}: it is there already\n` });
    expect(await Bun.file(file).text()).toBe("mine");
    expect(existsSync(`${file}.unfinished`)).toBe(false);
  });
});
