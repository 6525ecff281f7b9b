import type { SQLQueryBindings, Statement } from "bun:sqlite";
import { Column, getTableColumns } from "drizzle-orm";
import type { SQLiteColumn, SQLiteTable } from "drizzle-orm/sqlite-core";

/** Column values by their property names. */
export type Row = Record<string, unknown>;

/** A column with its SQL name. */
export interface ShapeColumn {
  readonly key: string;
  readonly name: string;
  readonly sqlName: string;
  readonly column: SQLiteColumn;
  /** True when text and numbers are written as they are. */
  readonly isPlain: boolean;
}

/** The prepared description of a table, which makes each row cheap. */
export interface Shape {
  readonly sqlName: string;
  readonly columns: readonly ShapeColumn[];
  readonly byKey: ReadonlyMap<string, ShapeColumn>;
  /** The `SELECT` of every column, by property name. */
  readonly select: string;
  /** The compiled statements on this table. */
  readonly compiled: Map<string, Statement<unknown, SQLQueryBindings[]>>;
}

/** Returns the shape of a table that has the given name in the database. */
export function shapeOf(table: SQLiteTable, tableName: string): Shape {
  const columns = Object.entries(getTableColumns(table)).map(([key, column]) => {
    const isPlain = column.mapToDriverValue === Column.prototype.mapToDriverValue;
    return { key, name: column.name, sqlName: quoted(column.name), column, isPlain };
  });
  const sqlName = quoted(tableName);
  const list = columns.map((column) => `${column.sqlName} AS ${quoted(column.key)}`);
  return {
    sqlName,
    columns,
    byKey: new Map(columns.map((column) => [column.key, column])),
    select: `SELECT ${list.join(", ")} FROM ${sqlName}`,
    compiled: new Map(),
  };
}

/** Returns the column with the property name `key`. */
export function columnOf({ sqlName, byKey }: Shape, key: string): ShapeColumn {
  const found = byKey.get(key);
  if (!found) throw new Error(`Cannot find the column ${key} of ${sqlName}`);
  return found;
}

/** Converts a value for SQLite. */
export function bindingOf({ name, column, isPlain }: ShapeColumn, value: unknown): SQLQueryBindings {
  if (value === null || (isPlain && (typeof value === "string" || typeof value === "number"))) return value;
  const driver = value === undefined ? undefined : column.mapToDriverValue(value);
  if (typeof driver === "string" || typeof driver === "number" || typeof driver === "boolean") return driver;
  throw new Error(`Cannot bind ${name}: ${typeof driver} is not a value of SQLite`);
}

/** Converts a row from SQLite; undefined when there is no row. */
export function rowOf<Table extends SQLiteTable>(
  _table: Table,
  { columns }: Shape,
  found: unknown,
): Table["$inferSelect"] | undefined {
  if (!isRow(found)) return undefined;
  for (const { key, column } of columns) {
    const value = found[key];
    if (value !== null) found[key] = column.mapFromDriverValue(value);
  }
  // The columns are the table's own, so the row has the table's select type; TypeScript cannot follow the loop.
  return found as Table["$inferSelect"];
}

function isRow(value: unknown): value is Row {
  return typeof value === "object" && value !== null;
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
