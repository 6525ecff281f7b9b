import { getTableColumns, getTableName } from "drizzle-orm";
import type { SQLiteTable } from "drizzle-orm/sqlite-core";
import { createKnownRows, type Entry, type KnownRows } from "./known_rows.ts";
import type { Row } from "./row_shape.ts";
import { TableKey } from "./table_key.ts";

/** The reads and writes of the table itself. */
export interface TableAccess {
  find(where: Row): Row | undefined;
  /** Inserts rows that have every column. */
  insertAll(rows: readonly Row[]): void;
  upsert(row: Row): void;
  delete(where: Row): void;
}

/**
 * A write buffer for the recently used rows of one table, by primary key. The table is empty when its buffer is
 * created.
 */
export class TableBuffer {
  readonly key: TableKey;
  readonly #name: string;
  readonly #access: TableAccess;
  readonly #columns: readonly string[];
  readonly #knownRows: number;
  readonly #known: KnownRows;
  #waiting: Entry[] = [];

  /** @param knownRows the number of rows that stay in memory after a flush */
  constructor(table: SQLiteTable, access: TableAccess, knownRows: number) {
    this.key = new TableKey(table);
    this.#name = getTableName(table);
    this.#access = access;
    this.#columns = Object.keys(getTableColumns(table));
    this.#knownRows = knownRows;
    this.#known = createKnownRows(this.key);
  }

  /** Returns true when a row has its key and every column, so that it needs no default of the database. */
  isWhole(row: Row): boolean {
    for (const column of this.#columns) if (row[column] === undefined) return false;
    return this.key.isIn(row);
  }

  find(where: Row): Row | undefined {
    const { row } = this.#entry(where);
    return row === null ? undefined : { ...row };
  }

  /** Returns the rows with this first column of the key, in key order; undefined when the table must be read. */
  group(where: Row): Row[] | undefined {
    const rows = this.#known.group(where);
    return rows && rows.length > 1 ? rows.sort((a, b) => this.key.compare(a, b)) : rows;
  }

  insert(row: Row): void {
    let entry = this.#known.get(row);
    if (!entry) {
      entry = this.#known.add(row);
      // If the row exists after all, the INSERT fails.
      entry.isStored = false;
    }
    if (entry.row) throw new Error(`Cannot insert into ${this.#name}: there is a row with this key`);
    entry.row = { ...row };
    this.#wait(entry);
  }

  upsert(row: Row): void {
    const entry = this.#known.get(row) ?? this.#known.add(row);
    entry.row = { ...row };
    this.#wait(entry);
  }

  update(where: Row, patch: Row): void {
    const entry = this.#entry(where);
    if (entry.row === null) return;
    for (const key of Object.keys(patch)) if (patch[key] !== undefined) entry.row[key] = patch[key];
    this.#wait(entry);
  }

  delete(where: Row): void {
    const entry = this.#known.get(where) ?? this.#known.add(where);
    entry.row = null;
    entry.key = where;
    this.#wait(entry);
  }

  /** Writes the waiting rows. */
  flush(): void {
    // Deletes first: a new row may take the unique value of a deleted one.
    for (const { row, isStored, key } of this.#waiting) {
      if (row === null && isStored && key) this.#access.delete(key);
    }
    const added: Row[] = [];
    for (const { row, isStored } of this.#waiting) if (row !== null && !isStored) added.push(row);
    this.#access.insertAll(added);
    for (const entry of this.#waiting) {
      if (entry.row !== null && entry.isStored) this.#access.upsert(entry.row);
      entry.isStored = entry.row !== null;
      entry.waits = false;
    }
    this.#waiting = [];
    if (this.#known.size > this.#knownRows) this.#known.forget();
  }

  /** Writes the waiting rows and removes all from memory, because the table is about to be changed in another way. */
  forget(): void {
    this.flush();
    this.#known.forget();
    this.#known.distrust();
  }

  /** Returns the entry of a key, read from the table when it is unknown. */
  #entry(where: Row): Entry {
    const known = this.#known.get(where);
    if (known) return known;
    const entry = this.#known.add(where);
    if (entry.isStored) entry.row = this.#access.find(where) ?? null;
    entry.isStored = entry.row !== null;
    return entry;
  }

  #wait(entry: Entry): void {
    if (entry.waits) return;
    entry.waits = true;
    this.#waiting.push(entry);
  }
}
