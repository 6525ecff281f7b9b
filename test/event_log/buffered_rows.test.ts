import { Database } from "bun:sqlite";
import { describe, expect, test } from "bun:test";
import { integer, primaryKey, sqliteTable, text } from "drizzle-orm/sqlite-core";
import fc from "fast-check";
import { trackStatements } from "../../src/database/mod.ts";
import { bufferRows } from "../../src/event_log/projections/buffered_rows.ts";
import {
  type BulkTableWriter,
  createTableWriter,
  type TableWriter,
} from "../../src/event_log/projections/table_writer.ts";

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
  return createTableWriter(trackStatements(db), { tables });
}

/** A change of rows and its result. */
type Step = (rows: TableWriter) => unknown;

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

/** Rows in some order, since SQL promises none. */
function inOrder(answer: unknown): unknown {
  return Array.isArray(answer) ? answer.map((row) => JSON.stringify(row)).toSorted() : answer;
}

function sorted(rows: TableWriter): string[][] {
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
      fc.property(fc.array(fc.tuple(step, fc.boolean()), { maxLength: 40 }), fc.nat(3), (steps, knownRows) => {
        const direct = open();
        const under = open();
        const buffered = bufferRows(under, tables, { knownRows });
        for (const [act, flush] of steps) {
          expect(inOrder(act(buffered))).toEqual(inOrder(act(direct)));
          if (flush) buffered.flush();
        }
        buffered.flush();
        expect(sorted(under)).toEqual(sorted(direct));
      }),
      { numRuns: 800 },
    );
  });

  test("insert many rows that wait as each of them is, also when they do not fill a statement", () => {
    const direct = open();
    const under = open();
    const rows = bufferRows(under, tables);
    for (let index = 0; index < 203; index++) {
      const row = { id: `${index}`, group: index % 3 ? "g" : null, tags: [`t${index}`], size: index };
      direct.insert(single, row);
      rows.insert(single, row);
    }
    rows.flush();
    expect(sorted(under)).toEqual(sorted(direct));
    rows.insert(single, { id: "x", group: null, tags: [], size: 1, ...{ other: 1 } });
    expect(() => rows.flush()).toThrow("Cannot find the column other");
  });

  test("know the rows of a group without the database, as long as it has none that they forgot", () => {
    const under = open();
    let asked = 0;
    const counting: BulkTableWriter = {
      ...under,
      all(table, where) {
        asked++;
        return under.all(table, where);
      },
    };
    const rows = bufferRows(counting, tables, { knownRows: 2 });
    const add = (left: string, right: string) => rows.insert(pair, { left, right, size: 1 });
    const rights = (left: string) => rows.all(pair, { left }).map(({ right }) => right);
    add("a", "2");
    add("a", "1");
    rows.flush();
    expect(rights("a")).toEqual(["1", "2"]);
    rows.delete(pair, { left: "a", right: "2" });
    add("b", "1");
    add("b", "2");
    expect(rights("a")).toEqual(["1"]);
    expect(rights("none")).toEqual([]);
    expect(asked).toBe(0);
    rows.flush();
    add("b", "3");
    expect(rights("b")).toEqual(["1", "2", "3"]);
    expect(asked).toBe(1);
    rows.delete(pair, { left: "b" });
    expect(rights("b")).toEqual([]);
    rows.flush();
    expect(under.all(pair, {})).toEqual([{ left: "a", right: "1", size: 1 }]);
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
    expect(() => rows.insert(pair, row)).toThrow("Cannot insert into pair");
    rows.update(pair, { size: 2 }, { right: "c" });
    rows.insert(pair, { ...row, right: "c" });
    expect(() => rows.flush()).toThrow("UNIQUE");
  });
});
