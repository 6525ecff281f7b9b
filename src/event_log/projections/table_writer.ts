import type { SQLQueryBindings, Statement } from "bun:sqlite";
import { getTableName } from "drizzle-orm";
import type { SQLiteTable } from "drizzle-orm/sqlite-core";
import type { Statements } from "../../database/mod.ts";
import { bindingOf, columnOf, type Row, rowOf, type Shape, shapeOf } from "./row_shape.ts";

/** Column values that a row must equal. */
export type Where<Table extends SQLiteTable> = Partial<Table["$inferSelect"]>;

/**
 * Writes and reads the rows of a projection's own tables, and nothing else. Statements are compiled once, so a replay
 * costs little more than the inserts themselves. A field that is `undefined` is left out of a row or patch, and
 * rejected in a condition.
 */
export interface TableWriter {
  insert<Table extends SQLiteTable>(table: Table, row: Table["$inferInsert"]): void;
  /** Inserts, or replaces the row of the same primary key. */
  upsert<Table extends SQLiteTable>(table: Table, row: Table["$inferInsert"]): void;
  update<Table extends SQLiteTable>(table: Table, where: Where<Table>, patch: Partial<Table["$inferInsert"]>): void;
  delete<Table extends SQLiteTable>(table: Table, where: Where<Table>): void;
  find<Table extends SQLiteTable>(table: Table, where: Where<Table>): Table["$inferSelect"] | undefined;
  all<Table extends SQLiteTable>(table: Table, where: Where<Table>): Table["$inferSelect"][];
}

/** A table writer that can write many rows at once. */
export interface BulkTableWriter extends TableWriter {
  /** Inserts rows that have every column, several with each statement. */
  insertAll(table: SQLiteTable, rows: readonly Row[]): void;
}

/** The tables of a writer, and their names. */
export interface TableWriterOptions {
  /** The tables that the writer may use. */
  readonly tables: readonly SQLiteTable[];
  /** The name in the database, e.g. of the shadow that a rebuild fills. */
  readonly nameOf?: (table: SQLiteTable) => string;
  /** Called once for each set of lookup columns of a table, before its first lookup. */
  readonly onLookup?: (table: SQLiteTable, columns: readonly string[]) => void;
}

/** The approximate number of values in one INSERT; more values are no faster. */
const VALUES_AT_ONCE = 128;

/** A compiled statement; its parameters are counted at run time. */
type Compiled = Statement<unknown, SQLQueryBindings[]>;

/** Creates a writer for the given tables; the caller finalises its statements. */
export function createTableWriter(statements: Statements, options: TableWriterOptions): BulkTableWriter {
  const { tables, nameOf = getTableName, onLookup } = options;
  const shapes = new Map(tables.map((table) => [table, shapeOf(table, nameOf(table))]));

  function shape(table: SQLiteTable): Shape {
    const found = shapes.get(table);
    if (!found) throw new Error(`Cannot touch ${getTableName(table)}: it is not a table of this projection`);
    return found;
  }

  function compile({ compiled }: Shape, signature: string, sql: () => string): Compiled {
    let found = compiled.get(signature);
    if (!found) {
      found = statements.prepare<unknown, SQLQueryBindings[]>(sql());
      compiled.set(signature, found);
    }
    return found;
  }

  function put(verb: "INSERT" | "INSERT OR REPLACE", table: SQLiteTable, row: Row): void {
    const into = shape(table);
    const given = into.columns.filter(({ key }) => row[key] !== undefined);
    const isWhole = given.length === into.columns.length;
    for (const key of Object.keys(row)) columnOf(into, key);
    const signature = isWhole ? verb : `${verb} ${given.map(({ key }) => key)}`;
    const statement = compile(into, signature, () => {
      const names = given.map(({ sqlName }) => sqlName);
      return `${verb} INTO ${into.sqlName} (${names.join(", ")}) VALUES (${names.map(() => "?").join(", ")})`;
    });
    statement.run(...given.map((column) => bindingOf(column, row[column.key])));
  }

  function insertAll(table: SQLiteTable, rows: readonly Row[]): void {
    const into = shape(table);
    const { columns, sqlName } = into;
    const size = Math.ceil(VALUES_AT_ONCE / columns.length);
    const whole = rows.length - (rows.length % size);
    const statement =
      whole > 0 &&
      compile(into, "INSERT MANY", () => {
        const marks = `(${columns.map(() => "?").join(", ")})`;
        const names = columns.map((column) => column.sqlName);
        return `INSERT INTO ${sqlName} (${names.join(", ")}) VALUES ${Array.from({ length: size }, () => marks).join(", ")}`;
      });
    for (let start = 0; statement && start < whole; start += size) {
      const bindings: SQLQueryBindings[] = [];
      for (const row of rows.slice(start, start + size)) {
        if (Object.keys(row).length > columns.length) for (const key of Object.keys(row)) columnOf(into, key);
        for (const column of columns) bindings.push(bindingOf(column, row[column.key]));
      }
      statement.run(...bindings);
    }
    for (const row of rows.slice(whole)) put("INSERT", table, row);
  }

  /** Compiles `verb … WHERE where`, and returns the values of its condition. */
  function lookup(table: SQLiteTable, where: Row, verb: string): { statement: Compiled; bindings: SQLQueryBindings[] } {
    const from = shape(table);
    const columns = Object.keys(where).map((key) => columnOf(from, key));
    let signature = verb;
    for (const { key } of columns) signature += where[key] === null ? ` ${key} none` : ` ${key}`;
    const statement = compile(from, signature, () => {
      if (columns.length > 0)
        onLookup?.(
          table,
          columns.map(({ name }) => name),
        );
      const tests = columns.map(({ key, sqlName }) => `${sqlName} ${where[key] === null ? "IS" : "="} ?`);
      return tests.length > 0 ? `${verb} WHERE ${tests.join(" AND ")}` : verb;
    });
    return { statement, bindings: columns.map((column) => bindingOf(column, where[column.key])) };
  }

  function select(table: SQLiteTable, where: Row): { statement: Compiled; bindings: SQLQueryBindings[] } {
    return lookup(table, where, shape(table).select);
  }

  return {
    insert: (table, row) => put("INSERT", table, row),
    insertAll,
    upsert: (table, row) => put("INSERT OR REPLACE", table, row),
    update(table, where, patch: Row) {
      const target = shape(table);
      const keys = keysOf(patch);
      if (keys.length === 0) return;
      const sets = keys.map((key) => `${columnOf(target, key).sqlName} = ?`);
      const { statement, bindings } = lookup(table, where, `UPDATE ${target.sqlName} SET ${sets.join(", ")}`);
      statement.run(...keys.map((key) => bindingOf(columnOf(target, key), patch[key])), ...bindings);
    },
    delete(table, where) {
      const { statement, bindings } = lookup(table, where, `DELETE FROM ${shape(table).sqlName}`);
      statement.run(...bindings);
    },
    find(table, where) {
      const { statement, bindings } = select(table, where);
      return rowOf(table, shape(table), statement.get(...bindings));
    },
    all(table, where) {
      const { statement, bindings } = select(table, where);
      return statement.all(...bindings).flatMap((row) => rowOf(table, shape(table), row) ?? []);
    },
  };
}

function keysOf(row: Row): string[] {
  return Object.keys(row).filter((key) => row[key] !== undefined);
}
