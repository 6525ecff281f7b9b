import { Database } from "bun:sqlite";
import { describe, expect, test } from "bun:test";
import { generateSQLiteDrizzleJson, generateSQLiteMigration } from "drizzle-kit/api";
import { getTableName, sql } from "drizzle-orm";
import { index, integer, primaryKey, real, sqliteTable, text, unique, uniqueIndex } from "drizzle-orm/sqlite-core";
import { createTable, misshapenTables } from "../../src/database/mod.ts";
import { allProjections } from "../../src/server/registry.ts";

// drizzle-kit gives Array.prototype an enumerable member, with which pdf.js refuses to work in the same process.
Object.defineProperty(Array.prototype, "random", { enumerable: false });

const everyKind = sqliteTable(
  "every_kind",
  {
    id: integer().primaryKey({ autoIncrement: true }),
    name: text().notNull().default('it\'s "new"'),
    count: integer().notNull().default(0),
    isOpen: integer("is_open", { mode: "boolean" }).notNull(),
    since: text().default(sql`(datetime('now'))`),
    share: real(),
    tags: text({ mode: "json" }).$type<string[]>().unique(),
  },
  (table) => [
    index("every_kind_by_name").on(table.name, table.count),
    uniqueIndex("every_kind_open").on(table.name).where(sql`is_open = 1`),
    index("every_kind_expression").on(sql`lower(${table.name})`),
    unique("every_kind_pair").on(table.count, table.share),
  ],
);

const tables = [everyKind, ...allProjections.flatMap((projection) => projection.tables)];

function entries(db: Database): unknown[] {
  return db.query("SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY type, name").all();
}

test.each(tables.map((table) => [getTableName(table), table] as const))(
  "table definition: creates %s as drizzle-kit would",
  async (_name, table) => {
    using ours = new Database(":memory:");
    createTable(ours, table);
    using theirs = new Database(":memory:");
    const empty = await generateSQLiteDrizzleJson({});
    for (const statement of await generateSQLiteMigration(empty, await generateSQLiteDrizzleJson({ table }))) {
      theirs.run(statement);
    }
    expect(entries(ours)).toEqual(entries(theirs));
    expect(misshapenTables(theirs, [table])).toEqual([]);
  },
);

describe("table shape", () => {
  const notes = sqliteTable(
    "notes",
    { id: text().primaryKey(), owner: text().notNull(), size: integer().notNull().default(1) },
    (table) => [index("notes_by_owner").on(table.owner), index("notes_large").on(table.size).where(sql`size > 9`)],
  );
  const SAME = `CREATE TABLE "notes" ("size" INTEGER NOT NULL DEFAULT 1, "owner" TEXT NOT NULL, "id" TEXT NOT NULL PRIMARY KEY)`;
  const BY_OWNER = "CREATE INDEX notes_by_owner ON notes (owner)";
  const LARGE = "CREATE INDEX notes_large ON notes (size) WHERE size > 9";

  function isMisshapen(statements: readonly string[]): boolean {
    using db = new Database(":memory:");
    for (const statement of statements) db.run(statement);
    return misshapenTables(db, [notes]).length > 0;
  }

  test("does not depend on the order of columns, or on how the statements were written", () => {
    expect(isMisshapen([SAME, BY_OWNER, LARGE])).toBe(false);
  });

  test.each([
    ["a missing table", []],
    ["a missing column", [SAME.replace('"owner" TEXT NOT NULL, ', ""), LARGE]],
    ["a column too many", [SAME, "ALTER TABLE notes ADD more TEXT", BY_OWNER, LARGE]],
    ["a renamed column", [SAME, "ALTER TABLE notes RENAME size TO length", BY_OWNER]],
    ["another type", [SAME.replace("INTEGER", "REAL"), BY_OWNER, LARGE]],
    ["a column that may be null", [SAME.replace('"owner" TEXT NOT NULL', '"owner" TEXT'), BY_OWNER, LARGE]],
    ["another default", [SAME.replace("DEFAULT 1", "DEFAULT 2"), BY_OWNER, LARGE]],
    ["another key", [SAME.replace(" PRIMARY KEY", ' , PRIMARY KEY("id", "owner")'), BY_OWNER, LARGE]],
    ["a missing index", [SAME, LARGE]],
    ["an index too many", [SAME, BY_OWNER, LARGE, "CREATE INDEX more ON notes (id)"]],
    ["an index of other columns", [SAME, BY_OWNER.replace("(owner)", "(owner, size)"), LARGE]],
    ["an index in another order", [SAME, BY_OWNER.replace("(owner)", "(owner DESC)"), LARGE]],
    ["a unique index", [SAME, BY_OWNER.replace("INDEX", "UNIQUE INDEX"), LARGE]],
    ["an index with another condition", [SAME, BY_OWNER, LARGE.replace("> 9", "> 8")]],
    ["an index without its condition", [SAME, BY_OWNER, LARGE.replace(" WHERE size > 9", "")]],
  ])("notices %s", (_what, statements) => {
    expect(isMisshapen(statements)).toBe(true);
  });

  test("notices another key of several columns", () => {
    const pairs = sqliteTable("pairs", { a: text().notNull(), b: text().notNull() }, (table) => [
      primaryKey({ columns: [table.a, table.b] }),
    ]);
    using db = new Database(":memory:");
    db.run("CREATE TABLE pairs (a TEXT NOT NULL, b TEXT NOT NULL, PRIMARY KEY (b, a))");
    expect(misshapenTables(db, [pairs])).toEqual([pairs]);
  });
});
