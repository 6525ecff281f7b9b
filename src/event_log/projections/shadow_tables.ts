import type { Database } from "bun:sqlite";
import { getTableName } from "drizzle-orm";
import type { SQLiteTable } from "drizzle-orm/sqlite-core";

/** The end of the name of a table that a rebuild fills beside the live one. */
const SUFFIX = "__rebuild";

/** The name of the table that a rebuild fills beside the live one. */
export function shadowName(table: SQLiteTable): string {
  return `${getTableName(table)}${SUFFIX}`;
}

/** Makes an empty table like the live one, without its indexes: they are made faster when the rows are there. */
export function createShadow(db: Database, table: SQLiteTable): void {
  const name = getTableName(table);
  const definition = db
    .query<{ sql: string }, [string]>("SELECT sql FROM sqlite_master WHERE type = 'table' AND name = ?")
    .get(name)?.sql;
  if (!definition) throw new Error(`Cannot rebuild ${name}: the database has no such table`);
  const replace = db.transaction(() => {
    db.run(`DROP TABLE IF EXISTS "${shadowName(table)}"`);
    db.run(`CREATE TABLE "${shadowName(table)}" ${definition.slice(definition.indexOf("("))}`);
  });
  replace.immediate();
}

/**
 * Gives the shadow the index that a lookup by these columns finds on the live table: without it each lookup would read
 * the whole shadow.
 */
export function indexLookup(db: Database, table: SQLiteTable, columns: readonly string[]): void {
  const indexes = db
    .query<{ name: string; first: string }, [string]>(
      `SELECT list.name, info.name AS first FROM pragma_index_list(?) AS list, pragma_index_info(list.name) AS info
       WHERE info.seqno = 0 ORDER BY list.origin = 'pk' DESC`,
    )
    .all(getTableName(table));
  const useful = indexes.find(({ first }) => columns.includes(first));
  // The index of a primary key or a UNIQUE column is part of the table's definition, so the shadow has it already.
  if (!useful || useful.name.startsWith("sqlite_autoindex_")) return;
  const all = db
    .query<{ name: string }, [string]>("SELECT name FROM pragma_index_info(?) ORDER BY seqno")
    .all(useful.name)
    .map(({ name }) => `"${name}"`);
  db.run(`CREATE INDEX IF NOT EXISTS "${useful.name}${SUFFIX}" ON "${shadowName(table)}" (${all.join(", ")})`);
}

/** Puts the shadow in the live table's place, with the live table's indexes. */
export function swapShadow(db: Database, table: SQLiteTable): void {
  const name = getTableName(table);
  const indexesOf = db.query<{ name: string; sql: string }, [string]>(
    "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND tbl_name = ? AND sql IS NOT NULL ORDER BY name",
  );
  const indexes = indexesOf.all(name);
  for (const temporary of indexesOf.all(shadowName(table))) db.run(`DROP INDEX "${temporary.name}"`);
  db.run(`DROP TABLE "${name}"`);
  db.run(`ALTER TABLE "${shadowName(table)}" RENAME TO "${name}"`);
  for (const { sql } of indexes) db.run(sql);
}

/** Drops what a rebuild that was killed may have left. */
export function dropShadows(db: Database): void {
  const drop = db.transaction(() => {
    const left = db
      .query<{ name: string }, [string]>("SELECT name FROM sqlite_master WHERE type = 'table' AND name GLOB '*' || ?")
      .all(SUFFIX);
    for (const { name } of left) db.run(`DROP TABLE "${name}"`);
  });
  drop.immediate();
}
