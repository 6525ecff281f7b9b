import type { Database, SQLQueryBindings, Statement } from "bun:sqlite";
import { getTableColumns, getTableName } from "drizzle-orm";
import type { SQLiteColumn, SQLiteTable } from "drizzle-orm/sqlite-core";

/** Column values that a row must equal. */
export type Where<Table extends SQLiteTable> = Partial<Table["$inferSelect"]>;

/**
 * What a projection can do: write and read the rows of its own tables, and nothing else. Statements are compiled once,
 * so that a replay costs little more than the inserts themselves.
 */
export interface Rows {
  insert<Table extends SQLiteTable>(table: Table, row: Table["$inferInsert"]): void;
  /** Inserts, or replaces the row of the same primary key. */
  upsert<Table extends SQLiteTable>(table: Table, row: Table["$inferInsert"]): void;
  update<Table extends SQLiteTable>(table: Table, where: Where<Table>, patch: Partial<Table["$inferInsert"]>): void;
  delete<Table extends SQLiteTable>(table: Table, where: Where<Table>): void;
  find<Table extends SQLiteTable>(table: Table, where: Where<Table>): Table["$inferSelect"] | undefined;
  all<Table extends SQLiteTable>(table: Table, where: Where<Table>): Table["$inferSelect"][];
}

export interface RowsOptions {
  /** The tables that may be touched. */
  readonly tables: readonly SQLiteTable[];
  /** The name in the database, e.g. of the shadow that a rebuild fills. */
  readonly nameOf?: (table: SQLiteTable) => string;
}

type Values = Record<string, unknown>;

/** Rows of the given tables over an open database. */
export function createRows(db: Database, { tables, nameOf = getTableName }: RowsOptions): Rows {
  const prepared = new Map<string, Statement>();
  const shapes = new Map(tables.map((table) => [table, shapeOf(table, nameOf(table))]));

  function shape(table: SQLiteTable): Shape {
    const found = shapes.get(table);
    if (!found) throw new Error(`Cannot write to ${getTableName(table)}: it is not a table of this projection`);
    return found;
  }

  function statement(sql: string): Statement {
    let found = prepared.get(sql);
    if (!found) {
      found = db.prepare(sql);
      prepared.set(sql, found);
    }
    return found;
  }

  function select(table: SQLiteTable, where: Values): Statement {
    return statement(`SELECT ${shape(table).columnList} FROM ${shape(table).name}${condition(shape(table), where)}`);
  }

  function put(verb: string, table: SQLiteTable, row: Values): void {
    const { name, columns } = shape(table);
    const keys = Object.keys(row).filter((key) => row[key] !== undefined);
    const names = keys.map((key) => quoted(columnOf(columns, key).name));
    statement(`${verb} INTO ${name} (${names.join(", ")}) VALUES (${keys.map(() => "?").join(", ")})`).run(
      ...keys.map((key) => bind(columnOf(columns, key), row[key])),
    );
  }

  return {
    insert: (table, row) => put("INSERT", table, row),
    upsert: (table, row) => put("INSERT OR REPLACE", table, row),
    update(table, where, patch) {
      const target = shape(table);
      const values: Values = patch;
      const keys = Object.keys(values).filter((key) => values[key] !== undefined);
      if (keys.length === 0) return;
      const sets = keys.map((key) => `${quoted(columnOf(target.columns, key).name)} = ?`).join(", ");
      statement(`UPDATE ${target.name} SET ${sets}${condition(target, where)}`).run(
        ...keys.map((key) => bind(columnOf(target.columns, key), values[key])),
        ...bindings(target, where),
      );
    },
    delete(table, where) {
      statement(`DELETE FROM ${shape(table).name}${condition(shape(table), where)}`).run(
        ...bindings(shape(table), where),
      );
    },
    find(table, where) {
      const row = select(table, where).get(...bindings(shape(table), where));
      return isValues(row) ? fromDriver(shape(table), row) : undefined;
    },
    all(table, where) {
      const rows = select(table, where).all(...bindings(shape(table), where));
      return rows.filter(isValues).map((row) => fromDriver(shape(table), row));
    },
  };
}

interface Shape {
  readonly name: string;
  readonly columns: Record<string, SQLiteColumn>;
  readonly columnList: string;
}

function shapeOf(table: SQLiteTable, name: string): Shape {
  const columns = getTableColumns(table);
  const columnList = Object.values(columns)
    .map((column) => quoted(column.name))
    .join(", ");
  return { name: quoted(name), columns, columnList };
}

function columnOf(columns: Record<string, SQLiteColumn>, key: string): SQLiteColumn {
  const column = columns[key];
  if (!column) throw new Error(`Cannot find the column ${key}`);
  return column;
}

function condition({ columns }: Shape, where: Values): string {
  const keys = Object.keys(where);
  if (keys.length === 0) return "";
  const tests = keys.map((key) => `${quoted(columnOf(columns, key).name)} ${where[key] === null ? "IS" : "="} ?`);
  return ` WHERE ${tests.join(" AND ")}`;
}

function bindings({ columns }: Shape, where: Values): SQLQueryBindings[] {
  return Object.keys(where).map((key) => bind(columnOf(columns, key), where[key]));
}

function bind(column: SQLiteColumn, value: unknown): SQLQueryBindings {
  const driver = value === null ? null : column.mapToDriverValue(value);
  if (driver === null || typeof driver === "string" || typeof driver === "number" || typeof driver === "boolean") {
    return driver;
  }
  throw new Error(`Cannot bind ${column.name}: ${typeof driver} is not a value of SQLite`);
}

function fromDriver<Table extends SQLiteTable>(shape: Shape, row: Values): Table["$inferSelect"] {
  const mapped: Values = {};
  for (const [key, column] of Object.entries(shape.columns)) {
    const value = row[column.name];
    mapped[key] = value === null ? null : column.mapFromDriverValue(value);
  }
  // The columns are the table's own, so the row has the table's select type; TypeScript cannot follow the loop.
  return mapped as Table["$inferSelect"];
}

function isValues(row: unknown): row is Values {
  return typeof row === "object" && row !== null;
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
