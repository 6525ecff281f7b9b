import { Database } from "bun:sqlite";
import { describe, expect, test } from "bun:test";
import { integer, primaryKey, sqliteTable, text } from "drizzle-orm/sqlite-core";
import fc from "fast-check";
import { trackStatements } from "../../src/database/mod.ts";
import { bufferRows } from "../../src/event_log/buffered_rows.ts";
import { createRows, type Rows } from "../../src/event_log/rows.ts";

const single = sqliteTable("single", {
  id: text().primaryKey(),
  group: text(),
  tags: text({ mode: "json" }).$type<string[]>().notNull(),
  size: integer().default(7),
});
const pair = sqliteTable(
  "pair",
  { left: text().notNull(), right: text().notNull(), size: integer().notNull() },
  (table) => [primaryKey({ columns: [table.left, table.right] })],
);
const tables = [single, pair];

function open() {
  const db = new Database(":memory:", { strict: true });
  db.run(`CREATE TABLE single (id TEXT PRIMARY KEY, "group" TEXT, tags TEXT NOT NULL, size INTEGER DEFAULT 7)`);
  db.run(`CREATE TABLE pair ("left" TEXT, "right" TEXT, size INTEGER, PRIMARY KEY ("left", "right"))`);
  return createRows(trackStatements(db), { tables });
}

/** What somebody does to rows, and what it answers. */
type Step = (rows: Rows) => unknown;

// Keys that would meet if their parts were only put one after the other.
const part = fc.constantFrom("", "a", "1:a", "a1:", "b");
const id = fc.constantFrom("x", "y", "z");
const group = fc.constantFrom(null, "g", "h");
const size = fc.nat(3);

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ id, group, tags: fc.subarray(["t", "u"]), size }).chain((row) =>
    fc.constantFrom<Step[]>(
      (rows) => rows.upsert(single, row),
      (rows) => rows.find(single, { id: row.id }) ?? rows.insert(single, row),
      (rows) => rows.upsert(single, { id: row.id, tags: row.tags }),
      (rows) => rows.update(single, { id: row.id }, { size: row.size, group: undefined }),
      (rows) => rows.update(single, { id: row.id }, { tags: row.tags, group: row.group }),
      (rows) => rows.update(single, { group: row.group }, { size: row.size }),
      (rows) => rows.delete(single, { id: row.id }),
      (rows) => rows.delete(single, { group: row.group, size: row.size }),
      (rows) => rows.find(single, { id: row.id }),
      (rows) => rows.find(single, { id: row.id, group: row.group }),
      (rows) => rows.all(single, { group: row.group }),
    ),
  ),
  fc.record({ left: part, right: part, size }).chain((row) =>
    fc.constantFrom<Step[]>(
      (rows) => rows.upsert(pair, row),
      (rows) => rows.update(pair, { left: row.left, right: row.right }, { size: row.size }),
      (rows) => rows.update(pair, { left: row.left, right: row.right }, { right: row.right, size: 9 }),
      (rows) => rows.delete(pair, { left: row.left, right: row.right }),
      (rows) => rows.delete(pair, { left: row.left }),
      (rows) => rows.find(pair, { right: row.right, left: row.left }),
      (rows) => rows.all(pair, { left: row.left }),
    ),
  ),
);

function sorted(rows: Rows): string[][] {
  return tables.map((table) =>
    rows
      .all(table, {})
      .map((row) => JSON.stringify(row))
      .toSorted(),
  );
}

describe("buffered rows", () => {
  test("answer as the database does after any steps, with a flush at any moment", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(step, fc.boolean()), { maxLength: 40 }), (steps) => {
        const direct = open();
        const under = open();
        const buffered = bufferRows(under, tables);
        for (const [act, flush] of steps) {
          expect(act(buffered)).toEqual(act(direct));
          if (flush) buffered.flush();
        }
        buffered.flush();
        expect(sorted(under)).toEqual(sorted(direct));
      }),
      { numRuns: 400 },
    );
  });

  test("keep what a handler does to the row that it was given out of the table", () => {
    const under = open();
    const rows = bufferRows(under, tables);
    const row = { id: "x", group: null, tags: [], size: 1 };
    rows.insert(single, row);
    row.size = 2;
    const found = rows.find(single, { id: "x" });
    if (found) found.size = 3;
    rows.flush();
    expect(under.find(single, { id: "x" })?.size).toBe(1);
  });

  test("refuse a second row with the same key, at once or at the flush", () => {
    const under = open();
    const row = { left: "a", right: "b", size: 1 };
    const rows = bufferRows(under, tables);
    rows.insert(pair, row);
    expect(() => rows.insert(pair, row)).toThrow("Cannot insert into pair");
    rows.flush();
    rows.update(pair, { size: 1 }, { size: 2 });
    rows.insert(pair, row);
    expect(() => rows.flush()).toThrow("UNIQUE");
  });
});
