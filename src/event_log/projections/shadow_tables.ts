import type { Database } from "bun:sqlite";
import { getTableName } from "drizzle-orm";
import type { SQLiteTable } from "drizzle-orm/sqlite-core";
import { createIndexSql, createTableSql, indexesOf } from "../../database/mod.ts";
import { TableKey } from "./table_key.ts";

/** The suffix of the name of a table that a rebuild fills beside the live one. */
const SUFFIX = "__rebuild";

/** Returns the name of the table that a rebuild fills beside the live one. */
export function shadowName(table: SQLiteTable): string {
  return `${getTableName(table)}${SUFFIX}`;
}

/** Creates an empty table from the definition, without its indexes: creating them after the rows is faster. */
export function createShadow(db: Database, table: SQLiteTable): void {
  const replace = db.transaction(() => {
    db.run(`DROP TABLE IF EXISTS "${shadowName(table)}"`);
    db.run(createTableSql(table, shadowName(table)));
  });
  replace.immediate();
}

/** Creates an index on the shadow for a lookup by these columns, which would otherwise scan the whole shadow. */
export function indexLookup(db: Database, table: SQLiteTable, columns: readonly string[]): void {
  const names = columns.map((column) => `\`${column}\``);
  const [first] = new TableKey(table).names;
  if (first !== undefined && columns.includes(first)) return;
  const useful = indexesOf(table).find((index) => names.some((name) => index.columns[0] === name));
  if (!useful) return;
  const indexName = `${useful.name}${SUFFIX}`;
  const isThere = db.query("SELECT 1 FROM sqlite_master WHERE type = 'index' AND name = ?").get(indexName) !== null;
  if (!isThere) db.run(createIndexSql({ ...useful, name: indexName, where: undefined }, shadowName(table)));
}

/** Replaces the live table by the shadow, with the indexes of the definition. */
export function swapShadow(db: Database, table: SQLiteTable): void {
  const name = getTableName(table);
  const temporary = db.query<{ name: string }, [string]>(
    "SELECT name FROM sqlite_master WHERE type = 'index' AND tbl_name = ? AND sql IS NOT NULL",
  );
  for (const index of temporary.all(shadowName(table))) db.run(`DROP INDEX "${index.name}"`);
  db.run(`DROP TABLE IF EXISTS "${name}"`);
  db.run(`ALTER TABLE "${shadowName(table)}" RENAME TO "${name}"`);
  for (const index of indexesOf(table)) {
    // A table that was removed in this release may keep an index of that name.
    db.run(`DROP INDEX IF EXISTS "${index.name}"`);
    db.run(createIndexSql(index, name));
  }
}

/** Drops the shadows of a rebuild that was killed. */
export function dropShadows(db: Database): void {
  const drop = db.transaction(() => {
    const left = db
      .query<{ name: string }, [string]>("SELECT name FROM sqlite_master WHERE type = 'table' AND name GLOB '*' || ?")
      .all(SUFFIX);
    for (const { name } of left) db.run(`DROP TABLE "${name}"`);
  });
  drop.immediate();
}
