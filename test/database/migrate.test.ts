import { Database } from "bun:sqlite";
import { describe, expect, test } from "bun:test";
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import config from "../../.drizzle.config.ts";
import { MIGRATIONS_DIR, migrate, pendingMigrations } from "../../src/database/mod.ts";

/** A folder as drizzle-kit writes it; each entry is a tag, its SQL and the time of its making. */
const { schema } = config;

function folderOf(...migrations: readonly (readonly [tag: string, sql: string, when?: number])[]) {
  const folder = mkdtempSync(join(tmpdir(), "reelog-migrations-"));
  mkdirSync(join(folder, "meta"));
  const entries = migrations.map(([tag, sql, when = 0], idx) => {
    writeFileSync(join(folder, `${tag}.sql`), sql);
    return { idx, version: "6", when, tag, breakpoints: true };
  });
  writeFileSync(join(folder, "meta/_journal.json"), JSON.stringify({ version: "7", dialect: "sqlite", entries }));
  return { folder, [Symbol.dispose]: () => rmSync(folder, { recursive: true }) };
}

function tables(db: Database): unknown[] {
  return db
    .query("SELECT name FROM sqlite_master WHERE type = 'table' AND name != 'schema_migrations'")
    .values()
    .flat();
}

describe("a migration", () => {
  test("runs every statement of its file, with breakpoints and without", () => {
    using at = folderOf(
      ["0000_a", "CREATE TABLE a (x); CREATE TABLE b (x);\nINSERT INTO a VALUES ('; --')"],
      ["0001_b", "CREATE TABLE c (x);\n--> statement-breakpoint\nCREATE TABLE d (x);"],
    );
    const db = new Database(":memory:");
    expect(pendingMigrations(db, at.folder)).toEqual(["0000_a", "0001_b"]);
    expect(migrate(db, at.folder)).toEqual(["0000_a", "0001_b"]);
    expect(tables(db)).toEqual(["a", "b", "c", "d"]);
    expect(migrate(db, at.folder)).toEqual([]);
    expect(pendingMigrations(db, at.folder)).toEqual([]);
  });

  test("is applied also when it is older than the last applied one", () => {
    const db = new Database(":memory:");
    using before = folderOf(["0000_a", "CREATE TABLE a (x)", 2_000]);
    migrate(db, before.folder);
    using merged = folderOf(["0000_a", "CREATE TABLE a (x)", 2_000], ["0001_b", "CREATE TABLE b (x)", 1_000]);
    expect(migrate(db, merged.folder)).toEqual(["0001_b"]);
    expect(tables(db)).toEqual(["a", "b"]);
  });

  test("that was edited after it was applied is refused", () => {
    const db = new Database(":memory:");
    using before = folderOf(["0000_a", "CREATE TABLE a (x)"]);
    migrate(db, before.folder);
    using edited = folderOf(["0000_a", "CREATE TABLE a (x, y)"], ["0001_b", "CREATE TABLE b (x)"]);
    expect(() => migrate(db, edited.folder)).toThrow("0000_a was edited after it had been applied");
    expect(tables(db)).toEqual(["a"]);
  });

  test("of a newer release makes the database one that this release does not open", () => {
    const db = new Database(":memory:");
    using newer = folderOf(["0000_a", "CREATE TABLE a (x)"], ["0001_b", "CREATE TABLE b (x)"]);
    migrate(db, newer.folder);
    using older = folderOf(["0000_a", "CREATE TABLE a (x)"]);
    expect(() => migrate(db, older.folder)).toThrow("migration 0001_b is of a newer release");
  });

  test.each([
    "CREATE TABLE b (x); SELECT * FROM nowhere",
    "CREATE TABLE b (x); nonsense",
    "CREATE TABLE b (x); COMMIT",
  ])("that fails leaves nothing of itself and of those before it: %s", (sql) => {
    const db = new Database(":memory:");
    using at = folderOf(["0000_a", "CREATE TABLE a (x)"], ["0001_b", sql]);
    expect(() => migrate(db, at.folder)).toThrow("Cannot migrate: 0001_b");
    // What has committed itself cannot be undone.
    expect(tables(db).length > 0).toBe(sql.endsWith("COMMIT"));
  });

  test("of the house makes a log", () => {
    const db = new Database(":memory:", { strict: true });
    expect(migrate(db).length).toBeGreaterThan(0);
    expect(tables(db)).toContain("events");
  });

  test("of the house is there for every table of the log, and knows of no read table that could make it ask", () => {
    using copy = folderOf();
    cpSync(MIGRATIONS_DIR, copy.folder, { recursive: true });
    const root = join(import.meta.dir, "../..");
    const generate = ["bunx", "--bun", "drizzle-kit", "generate", "--dialect", "sqlite", "--schema", String(schema)];
    const made = Bun.spawnSync([...generate, "--out", relative(root, copy.folder)], { cwd: root });
    const out = made.stdout.toString();
    expect(out).toContain("No schema changes, nothing to migrate");
    expect([...out.matchAll(/^(\w+) \d+ columns/gm)].map(([, name]) => name).toSorted()).toEqual([
      "event_hashes",
      "events",
      "projection_checkpoints",
    ]);
  });

  test("that was retired counts as known, and its tag goes, so that the release before opens the database", () => {
    const db = new Database(":memory:");
    migrate(db);
    db.run("INSERT INTO schema_migrations VALUES ('0011_events_by_owner', 'some hash')");
    expect(pendingMigrations(db)).toEqual([]);
    expect(migrate(db)).toEqual([]);
    expect(db.query("SELECT tag FROM schema_migrations WHERE tag GLOB '0011*'").all()).toEqual([]);
  });
});
