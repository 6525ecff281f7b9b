import { getTableColumns, getTableName } from "drizzle-orm";
import { getTableConfig, type SQLiteTable } from "drizzle-orm/sqlite-core";
import { KeyFilter } from "./key_filter.ts";
import type { Row } from "./row_shape.ts";

/** A row as the buffer knows it, and what the database does not have yet. */
interface Entry {
  /** null when there is none. */
  row: Row | null;
  waits: "for nothing" | "to be inserted" | "to be put" | "to be deleted";
  /** Its primary key, once it is to be deleted. */
  key?: Row;
}

/** How the buffer reads and writes the table itself. */
export interface TableAccess {
  find(where: Row): Row | undefined;
  insert(row: Row): void;
  upsert(row: Row): void;
  delete(where: Row): void;
}

/** So many rows stay known after a flush. */
const KNOWN_ROWS = 5_000;

/**
 * The rows of one table that were touched lately, by primary key; writes wait until the flush. The table is empty when
 * its buffer is made.
 */
export class TableBuffer {
  readonly #name: string;
  readonly #access: TableAccess;
  readonly #columns: readonly string[];
  readonly #key: readonly string[];
  readonly #entries = new Map<string, Entry>();
  readonly #waiting = new Set<Entry>();
  /** The keys that the table may have, as long as all of its rows came through here. */
  #keys: KeyFilter | undefined = new KeyFilter();

  constructor(table: SQLiteTable, access: TableAccess) {
    this.#name = getTableName(table);
    this.#access = access;
    const columns = Object.entries(getTableColumns(table));
    const composite = new Set(getTableConfig(table).primaryKeys.flatMap((key) => key.columns.map(({ name }) => name)));
    this.#columns = columns.map(([key]) => key);
    this.#key = columns.filter(([, { primary, name }]) => primary || composite.has(name)).map(([key]) => key);
  }

  /** Whether the condition is the primary key and nothing else. */
  isKey(where: Row): boolean {
    return this.#key.length > 0 && Object.keys(where).length === this.#key.length && this.#hasKey(where);
  }

  /** Whether a row has its key and every column, so that no default of the database is needed to know it. */
  isWhole(row: Row): boolean {
    return this.#key.length > 0 && this.#hasKey(row) && this.#columns.every((column) => row[column] !== undefined);
  }

  /** Whether a change leaves the row where it is. */
  keepsKey(patch: Row): boolean {
    return this.#key.every((column) => patch[column] === undefined);
  }

  find(where: Row): Row | undefined {
    const { row } = this.#entry(where);
    return row === null ? undefined : { ...row };
  }

  insert(row: Row): void {
    const entry = this.#added(row);
    if (entry.row) throw new Error(`Cannot insert into ${this.#name}: there is a row with this key`);
    entry.row = { ...row };
    this.#wait(entry, entry.waits === "to be deleted" ? "to be put" : "to be inserted");
  }

  upsert(row: Row): void {
    const id = this.#idOf(row);
    // A key that was never added can be inserted, and if its row goes before the flush, nothing is left to delete.
    const isNew = !this.#entries.has(id) && this.#keys?.mayHave(id) === false;
    this.#keys?.add(id);
    const entry = this.#known(row, id);
    entry.row = { ...row };
    this.#wait(entry, isNew || entry.waits === "to be inserted" ? "to be inserted" : "to be put");
  }

  update(where: Row, patch: Row): void {
    const entry = this.#entry(where);
    if (entry.row === null) return;
    for (const key of Object.keys(patch)) if (patch[key] !== undefined) entry.row[key] = patch[key];
    this.#wait(entry, entry.waits === "to be inserted" ? "to be inserted" : "to be put");
  }

  delete(where: Row): void {
    const entry = this.#known(where);
    entry.row = null;
    entry.key = where;
    this.#wait(entry, entry.waits === "to be inserted" ? "for nothing" : "to be deleted");
  }

  /** Writes what waits. */
  flush(): void {
    // Deletes first: a new row may take the unique value of one that is going.
    for (const { waits, key } of this.#waiting) {
      if (waits === "to be deleted" && key) this.#access.delete(key);
    }
    for (const entry of this.#waiting) {
      if (entry.row !== null && entry.waits === "to be inserted") this.#access.insert(entry.row);
      if (entry.row !== null && entry.waits === "to be put") this.#access.upsert(entry.row);
      entry.waits = "for nothing";
    }
    this.#waiting.clear();
    if (this.#entries.size > KNOWN_ROWS) this.#entries.clear();
  }

  /** Writes what waits and forgets all rows, because the table is about to be changed in another way. */
  forget(): void {
    this.flush();
    this.#entries.clear();
    this.#keys = undefined;
  }

  #hasKey(row: Row): boolean {
    return this.#key.every((column) => row[column] !== undefined && row[column] !== null);
  }

  /** A key as text, in which each part's length keeps the parts of a composite one apart. */
  #idOf(row: Row): string {
    const [first = ""] = this.#key;
    if (this.#key.length === 1) return String(row[first]);
    let id = "";
    for (const column of this.#key) {
      const part = String(row[column]);
      id += `${part.length}:${part}`;
    }
    return id;
  }

  /** The entry of a key, read from the table when nothing is known of it. */
  #entry(where: Row): Entry {
    const id = this.#idOf(where);
    const known = this.#entries.get(id);
    if (known) return known;
    const isAbsent = this.#keys?.mayHave(id) === false;
    const entry: Entry = { row: isAbsent ? null : (this.#access.find(where) ?? null), waits: "for nothing" };
    this.#entries.set(id, entry);
    return entry;
  }

  /** The entry of a key; an empty one when nothing is known of it. */
  #known(keyed: Row, id: string = this.#idOf(keyed)): Entry {
    let entry = this.#entries.get(id);
    if (!entry) {
      entry = { row: null, waits: "for nothing" };
      this.#entries.set(id, entry);
    }
    return entry;
  }

  /** The entry of a key that the table will have. */
  #added(row: Row): Entry {
    const id = this.#idOf(row);
    this.#keys?.add(id);
    return this.#known(row, id);
  }

  #wait(entry: Entry, waits: Entry["waits"]): void {
    entry.waits = waits;
    if (waits === "for nothing") this.#waiting.delete(entry);
    else this.#waiting.add(entry);
  }
}
