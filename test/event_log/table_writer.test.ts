import { Database } from "bun:sqlite";
import { describe, expect, test } from "bun:test";
import { blob, integer, sqliteTable, text } from "drizzle-orm/sqlite-core";
import { trackStatements } from "../../src/database/mod.ts";
import { createTableWriter } from "../../src/event_log/projections/table_writer.ts";

const things = sqliteTable("things", {
  id: text().primaryKey(),
  fullName: text("full_name"),
  tags: text({ mode: "json" }).$type<string[]>(),
  isGood: integer("is_good", { mode: "boolean" }),
  size: integer().default(7),
  raw: blob({ mode: "buffer" }),
});
const others = sqliteTable("others", { id: text().primaryKey() });

function open() {
  const db = new Database(":memory:", { strict: true });
  db.run("CREATE TABLE things (id PRIMARY KEY, full_name, tags, is_good, size DEFAULT 7, raw)");
  db.run("CREATE TABLE others (id PRIMARY KEY)");
  const lookups: unknown[] = [];
  const onLookup = (_table: unknown, columns: readonly string[]) => lookups.push(columns);
  return { db, lookups, rows: createTableWriter(trackStatements(db), { tables: [things], onLookup }) };
}

const THING = { id: "a", fullName: 'Ann\'s "cat"', tags: ["x", "'"], isGood: true, size: 1, raw: null };

describe("the rows of a projection", () => {
  test("come back as they were written: JSON, booleans, nulls, quotes", () => {
    const { rows, db } = open();
    rows.insert(things, THING);
    expect(rows.find(things, { id: "a" })).toEqual(THING);
    expect(db.query("SELECT tags, is_good FROM things").get()).toEqual({ tags: '["x","\'"]', is_good: 1 });
  });

  test("take the table's defaults for what is left out or undefined", () => {
    const { rows } = open();
    rows.insert(things, { id: "a", fullName: undefined });
    const none = { fullName: null, tags: null, isGood: null, raw: null };
    expect(rows.find(things, { id: "a" })).toEqual({ id: "a", size: 7, ...none });
  });

  test("are found by null as by any other value", () => {
    const { rows } = open();
    rows.insert(things, { ...THING, fullName: null });
    rows.insert(things, { ...THING, id: "b" });
    expect(rows.all(things, { fullName: null }).map(({ id }) => id)).toEqual(["a"]);
    expect(rows.all(things, { fullName: THING.fullName }).map(({ id }) => id)).toEqual(["b"]);
    expect(rows.all(things, { isGood: true, tags: ["x", "'"] })).toHaveLength(2);
    expect(rows.find(things, { id: "c" })).toBeUndefined();
    expect(rows.all(things, {})).toHaveLength(2);
  });

  test("are changed and deleted where the condition holds, and nowhere else", () => {
    const { rows } = open();
    rows.insert(things, THING);
    rows.insert(things, { ...THING, id: "b" });
    rows.update(things, { id: "a" }, { tags: [], fullName: null, size: undefined });
    rows.update(things, { id: "b" }, {});
    expect(rows.find(things, { id: "a" })).toEqual({ ...THING, tags: [], fullName: null });
    expect(rows.find(things, { id: "b" })).toEqual({ ...THING, id: "b" });
    rows.delete(things, { id: "a" });
    expect(rows.all(things, {}).map(({ id }) => id)).toEqual(["b"]);
  });

  test("are replaced by an upsert of the same key", () => {
    const { rows } = open();
    rows.upsert(things, THING);
    rows.upsert(things, { id: "a", size: 2 });
    expect(rows.all(things, {})).toMatchObject([{ id: "a", size: 2, fullName: null }]);
  });

  test("refuse an undefined condition, so that a missing id never means every row", () => {
    const { rows } = open();
    rows.insert(things, THING);
    expect(() => rows.delete(things, { id: undefined })).toThrow("Cannot bind id");
    expect(() => rows.update(things, { id: undefined }, { size: 0 })).toThrow("Cannot bind id");
    expect(rows.all(things, {})).toEqual([THING]);
  });

  test("refuse a table of another projection, an unknown column, and a value that SQLite does not have", () => {
    const { rows } = open();
    expect(() => rows.insert(others, { id: "x" })).toThrow("Cannot touch others");
    expect(() => rows.find(others, { id: "x" })).toThrow("Cannot touch others");
    const withUnknown = { ...THING, colour: "red" };
    expect(() => rows.insert(things, withUnknown)).toThrow("Cannot find the column colour");
    expect(() => rows.insert(things, { ...THING, raw: Buffer.from("x") })).toThrow("Cannot bind raw");
  });

  test("tell once by which columns they are looked up", () => {
    const { rows, lookups } = open();
    for (const id of ["a", "b"]) {
      rows.find(things, { id });
      rows.delete(things, { fullName: id, size: 1 });
    }
    expect(lookups).toEqual([["id"], ["full_name", "size"]]);
  });
});
