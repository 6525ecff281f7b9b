import type { Database, SQLQueryBindings } from "bun:sqlite";
import { getTableColumns, getTableName } from "drizzle-orm";
import { getTableConfig, type SQLiteTable } from "drizzle-orm/sqlite-core";

/** A row that differs between the read table and the log, or exists in only one of them. */
export interface TableDifference {
  readonly table: string;
  /** The primary key, as `column=value`. */
  readonly key: string;
  /** The current row; null when it is missing. */
  readonly live: Readonly<Record<string, unknown>> | null;
  /** The row that follows from the log; null when there should be no row. */
  readonly rebuilt: Readonly<Record<string, unknown>> | null;
}

type Row = Record<string, SQLQueryBindings>;

/**
 * Compares a table of the schema `main` with the one of the same name in `rebuilt`.
 *
 * @param most the limit of changed or surplus rows, and also of missing ones
 */
export function compareTable(db: Database, table: SQLiteTable, most: number): TableDifference[] {
  const name = getTableName(table);
  const columns = Object.values(getTableColumns(table)).map((column) => `"${column.name}"`);
  const keys = keyColumns(table);
  const rows = (from: string) => `SELECT ${columns.join(", ")} FROM ${from}."${name}" AS ${from}_row`;
  const sameKey = keys.map((key) => `main_row."${key}" IS rebuilt_row."${key}"`).join(" AND ");
  const byKey = keys.map((key) => `"${key}" IS ?`).join(" AND ");

  const expected = db.query<Row, SQLQueryBindings[]>(`${rows("rebuilt")} WHERE ${byKey}`);
  const changed = db
    .query<Row, [number]>(`SELECT * FROM (${rows("main")} EXCEPT ${rows("rebuilt")}) LIMIT ?`)
    .all(most)
    .map((live) => ({ row: live, live, rebuilt: expected.get(...keys.map((key) => live[key] ?? null)) }));
  const missing = db
    .query<Row, [number]>(
      `${rows("rebuilt")} WHERE NOT EXISTS (SELECT 1 FROM main."${name}" AS main_row WHERE ${sameKey}) LIMIT ?`,
    )
    .all(most)
    .map((rebuilt) => ({ row: rebuilt, live: null, rebuilt }));

  return [...changed, ...missing].map(({ row, live, rebuilt }) => ({
    table: name,
    key: keys.map((key) => `${key}=${row[key]}`).join(", "),
    live,
    rebuilt,
  }));
}

/** Returns the columns of the primary key; all columns when the table has no key. */
function keyColumns(table: SQLiteTable): string[] {
  const { columns, primaryKeys } = getTableConfig(table);
  const composite = primaryKeys.flatMap((key) => key.columns.map(({ name }) => name));
  const single = columns.filter(({ primary }) => primary).map(({ name }) => name);
  const key = composite.length > 0 ? composite : single;
  return key.length > 0 ? key : columns.map(({ name }) => name);
}
