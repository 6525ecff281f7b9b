import { getTableColumns } from "drizzle-orm";
import { getTableConfig, type SQLiteTable } from "drizzle-orm/sqlite-core";
import type { Row } from "./row_shape.ts";

/** The primary key of a table, by which its rows are found without a database lookup. */
export class TableKey {
  /** The property names of the key columns, in the key's order; empty when there is no key. */
  readonly columns: readonly string[];
  /** The database names of the same columns. */
  readonly names: readonly string[];
  readonly #first: string;
  readonly #second: string;
  readonly #rest: readonly string[];

  constructor(table: SQLiteTable) {
    const columns = Object.entries(getTableColumns(table));
    const composite = getTableConfig(table).primaryKeys.flatMap((key) => key.columns.map(({ name }) => name));
    const single = columns.filter(([, { primary }]) => primary).map(([, { name }]) => name);
    const keyOf = new Map(columns.map(([key, { name }]) => [name, key]));
    this.names = [...composite, ...single];
    this.columns = this.names.flatMap((name) => keyOf.get(name) ?? []);
    const [first = "", second = ""] = this.columns;
    this.#first = first;
    this.#second = second;
    this.#rest = this.columns.slice(1);
  }

  /** Returns true when a row, or a condition, has every column of the key. */
  isIn(row: Row): boolean {
    for (const column of this.columns) if (row[column] === undefined || row[column] === null) return false;
    return this.columns.length > 0;
  }

  /** Returns true when a condition is exactly the key. */
  is(where: Row): boolean {
    return Object.keys(where).length === this.columns.length && this.isIn(where);
  }

  /** Returns true when a condition is exactly the first column of a composite key. */
  isFirstOf(where: Row): boolean {
    const first = where[this.#first];
    return this.columns.length > 1 && first !== undefined && first !== null && Object.keys(where).length === 1;
  }

  /** Returns true when a change leaves the key of a row as it is. */
  isKeptBy(patch: Row): boolean {
    for (const column of this.columns) if (patch[column] !== undefined) return false;
    return true;
  }

  /** Returns the key of a row, as a condition. */
  of(row: Row): Row {
    return Object.fromEntries(this.columns.map((column) => [column, row[column]]));
  }

  /** Returns the first column of a key as text. */
  firstOf(row: Row): string {
    return String(row[this.#first]);
  }

  /** Returns the other columns as text, with the length of each part to keep them distinct. */
  restOf(row: Row): string {
    if (this.#rest.length === 1) return String(row[this.#second]);
    let rest = "";
    for (const column of this.#rest) {
      const part = String(row[column]);
      rest += `${part.length}:${part}`;
    }
    return rest;
  }

  /** Compares two rows by their keys, in index order. */
  compare(a: Row, b: Row): number {
    for (const column of this.columns) {
      const order = compareValues(a[column], b[column]);
      if (order !== 0) return order;
    }
    return 0;
  }
}

/**
 * Compares numbers by size and other values as text; SQL promises no order, so nothing may depend on more than this.
 */
function compareValues(a: unknown, b: unknown): number {
  if (a === b) return 0;
  if (typeof a === "number" && typeof b === "number") return a - b;
  return String(a) < String(b) ? -1 : 1;
}
