import { describe, expect, test } from "bun:test";
import { sql } from "drizzle-orm";
import { index, integer, primaryKey, type SQLiteTable, sqliteTable, text, uniqueIndex } from "drizzle-orm/sqlite-core";
import { defineProjection, type Projection, replay, when } from "../../src/event_log/mod.ts";
import { catalogue, METADATA, NoteTaken, note, openNotes, temporaryDirectory } from "./notes.ts";

/** The table of the first release, with fewer columns. */
const before = sqliteTable("entries", { stream: text().primaryKey(), text: text().notNull() });

function projectionOf(table: SQLiteTable, rowOf: (text: string) => Record<string, unknown>, version = 1): Projection {
  return defineProjection("entries", version, {
    tables: [table],
    on: [when(NoteTaken, (rows, { stream, data }) => rows.upsert(table, { stream, ...rowOf(data.text) }))],
  });
}

const first = projectionOf(before, (content) => ({ text: content }));

/** A directory that the first release has filled. */
async function filled() {
  const directory = temporaryDirectory();
  using store = await openNotes(directory.dataDir, { projections: [first] });
  for (const stream of ["a", "b"]) {
    await store.log.append({ stream, expected: "none", events: [note(`text of ${stream}`)] }, METADATA);
  }
  return directory;
}

const key = text().primaryKey();
const changes: readonly [what: string, table: SQLiteTable, row: (text: string) => Record<string, unknown>][] = [
  [
    "a column more that must not be null and has no default",
    sqliteTable("entries", { stream: key, text: text().notNull(), size: integer().notNull() }),
    (content) => ({ text: content, size: content.length }),
  ],
  [
    "a renamed column",
    sqliteTable("entries", { stream: key, body: text().notNull() }),
    (content) => ({ body: content }),
  ],
  ["a column less", sqliteTable("entries", { stream: key }), () => ({})],
  [
    "a column of another type",
    sqliteTable("entries", { stream: key, text: integer().notNull() }),
    (content) => ({ text: content.length }),
  ],
  [
    "another primary key",
    sqliteTable("entries", { stream: text().notNull(), text: text().notNull() }, (table) => [
      primaryKey({ columns: [table.text, table.stream] }),
    ]),
    (content) => ({ text: content }),
  ],
  [
    "indexes more",
    sqliteTable("entries", { stream: key, text: text().notNull().unique() }, (table) => [
      index("entries_by_text").on(sql`lower(${table.text})`),
      uniqueIndex("entries_long").on(table.text).where(sql`length(text) > 3`),
    ]),
    (content) => ({ text: content }),
  ],
];

describe("read table: a changed definition", () => {
  test.each(changes)(
    "of %s is met by the next start, without a migration or a new version",
    async (_what, table, row) => {
      using directory = await filled();
      const projections = [projectionOf(table, row)];
      {
        using changed = await openNotes(directory.dataDir, { projections });
        expect(changed.rebuilt).toEqual(["entries"]);
        expect(changed.read.select().from(table).all()).toEqual(
          ["a", "b"].map((stream) => ({ stream, ...row(`text of ${stream}`) })),
        );
        await changed.log.append({ stream: "c", expected: "none", events: [note("text of c")] }, METADATA);
      }
      using again = await openNotes(directory.dataDir, { projections });
      expect(again.rebuilt).toEqual([]);
      // The release before finds its own tables again.
      again.close();
      using back = await openNotes(directory.dataDir, { projections: [first] });
      expect(back.rebuilt).toEqual(["entries"]);
      expect(
        back.read
          .select()
          .from(before)
          .all()
          .map(({ stream }) => stream),
      ).toEqual(["a", "b", "c"]);
    },
  );

  test("is met by a replay, too", async () => {
    using directory = await filled();
    const [, table, row] = changes[0] ?? [];
    if (!table || !row) throw new Error("There is a first change");
    await replay({ dataDir: directory.dataDir, catalogue, projections: [projectionOf(table, row)] });
    using changed = await openNotes(directory.dataDir, { projections: [projectionOf(table, row)] });
    expect(changed.rebuilt).toEqual([]);
    expect(changed.read.select().from(table).all()).toHaveLength(2);
  });

  test("that takes the name of an index from a table that is gone takes it over", async () => {
    using directory = await filled();
    const indexed = (name: string) =>
      sqliteTable(name, { stream: key, text: text().notNull() }, (table) => [index("by_text").on(table.text)]);
    const row = (content: string) => ({ text: content });
    for (const name of ["entries", "items"]) {
      using store = await openNotes(directory.dataDir, { projections: [projectionOf(indexed(name), row)] });
      expect(store.rebuilt).toEqual(["entries"]);
      expect(store.read.select().from(indexed(name)).all()).toHaveLength(2);
    }
  });

  test("that cannot be filled leaves the table and its rows as they were, and says why", async () => {
    using directory = await filled();
    const table = sqliteTable("entries", { stream: key, size: integer().notNull() });
    const forgetful = projectionOf(table, () => ({}), 2);
    await expect(openNotes(directory.dataDir, { projections: [forgetful] })).rejects.toThrow(
      "Cannot project NoteTaken at position 1 into entries: NOT NULL constraint failed",
    );
    using back = await openNotes(directory.dataDir, { projections: [first] });
    expect(back.rebuilt).toEqual([]);
    expect(back.read.select().from(before).all()).toHaveLength(2);
  });
});
