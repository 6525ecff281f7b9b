import { Database } from "bun:sqlite";
import { getTableName } from "drizzle-orm";
import type { SQLiteTable } from "drizzle-orm/sqlite-core";
import { createTable } from "./table_definition.ts";

/** A table's columns and indexes as SQLite describes them, as text; empty when the table does not exist. */
type Shape = string;

/**
 * Returns the tables of a database that are missing or differ from their definitions. The order of the columns does not
 * count: every statement names its columns.
 */
export function misshapenTables(db: Database, tables: readonly SQLiteTable[]): SQLiteTable[] {
  const reference = new Database(":memory:", { strict: true });
  try {
    return tables.filter((table) => {
      createTable(reference, table);
      const name = getTableName(table);
      return shapeOf(db, name) !== shapeOf(reference, name);
    });
  } finally {
    reference.close();
  }
}

function shapeOf(db: Database, name: string): Shape {
  const table = db
    .query<object, [string]>("SELECT wr, strict FROM pragma_table_list(?) WHERE schema = 'main' AND type = 'table'")
    .get(name);
  if (!table) return "";
  const columns = db
    .query(
      `SELECT name, upper(type) AS type, "notnull", dflt_value, pk, hidden
       FROM pragma_table_xinfo(?, 'main') ORDER BY name`,
    )
    .all(name);
  const indexes = db
    .query<{ name: string; origin: string; unique: number }, [string]>(
      `SELECT name, origin, "unique" FROM pragma_index_list(?, 'main')`,
    )
    .all(name)
    .map(({ name: index, origin, unique }) => {
      const sql = origin === "c" ? definitionOf(db, index) : undefined;
      return { name: origin === "c" ? index : origin, unique, sql, columns: indexColumns(db, index) };
    })
    .toSorted((a, b) => a.name.localeCompare(b.name));
  return JSON.stringify({ table, columns, indexes });
}

function indexColumns(db: Database, index: string): unknown[] {
  return db.query(`SELECT name, "desc", coll FROM pragma_index_xinfo(?, 'main') WHERE key ORDER BY seqno`).all(index);
}

/** Returns the SQL of an index without quotes and spaces. Pragmas do not describe expressions and conditions. */
function definitionOf(db: Database, index: string): string | undefined {
  const found = db
    .query<{ sql: string }, [string]>("SELECT sql FROM main.sqlite_master WHERE type = 'index' AND name = ?")
    .get(index);
  return found ? unquoted(found.sql) : undefined;
}

/** Returns a statement without quotes and spaces, in which equivalent definitions may differ. */
export function unquoted(sql: string): string {
  return sql.replaceAll(/["`\s;]/g, "");
}
