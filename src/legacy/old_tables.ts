import type { Database, SQLQueryBindings, Statement } from "bun:sqlite";
import { AppError } from "../errors.ts";
import type { PageFile } from "./page_file.ts";
import { readBytes } from "./read_bytes.ts";

/** A row as the old file has it: any column may hold anything, or be missing. */
export type OldRow = Readonly<Record<string, unknown>>;

/** Bytes in the old file. */
export interface OldBytes {
  /** bytes */
  readonly sizeBytes: number;
  /** In pieces, each valid until the next is asked for. */
  read(): AsyncIterable<Uint8Array>;
}

interface Table {
  /** The columns as they are stored, in order. */
  readonly columns: readonly string[];
  readonly root: number;
}

/** A column of the old file whose values can be large. */
export interface BytesColumn {
  readonly table: string;
  readonly column: string;
}

/** Reads the tables of the old file, whichever columns they have. */
export class OldTables implements Disposable {
  readonly #db: Database;
  readonly #pages: PageFile;
  readonly #tables = new Map<string, Table>();
  readonly #statements = new Map<string, Statement<unknown, SQLQueryBindings[]>>();

  constructor(db: Database, pages: PageFile) {
    this.#db = db;
    this.#pages = pages;
    const tables = db.query<{ name: string; rootpage: number }, []>(
      "SELECT name, rootpage FROM sqlite_master WHERE type = 'table' AND sql NOT LIKE '%WITHOUT ROWID%'",
    );
    for (const { name, rootpage: root } of tables.all()) {
      const info = db.query<{ name: string; hidden: number }, [string]>(
        "SELECT name, hidden FROM pragma_table_xinfo(?)",
      );
      // A virtual generated column (hidden = 2) is not stored.
      const columns = info.all(name).filter(({ hidden }) => hidden !== 2);
      this.#tables.set(name, { columns: columns.map((column) => column.name), root });
    }
  }

  /** Whether there is a table, and in it the column where one is named. */
  has(table: string, column?: string): boolean {
    const columns = this.#tables.get(table)?.columns;
    return columns !== undefined && (column === undefined || columns.includes(column));
  }

  /** The rowids of a table, oldest first by the first of the columns of time that it has. */
  rowids(table: string, times: readonly string[] = ["created_at", "uploaded_at"]): number[] {
    if (!this.has(table)) return [];
    const time = times.find((column) => this.has(table, column));
    const order = time === undefined ? "rowid" : `datetime(${quoted(time)}), rowid`;
    const rows = this.#all(`SELECT rowid AS id FROM ${quoted(table)} ORDER BY ${order}`);
    return rows.flatMap(({ id }) => (typeof id === "number" ? [id] : []));
  }

  /** The named columns of a row, those that the table lacks left out. */
  row(table: string, rowid: number, columns: readonly string[]): OldRow {
    return this.#all(`SELECT ${this.#list(table, columns)} FROM ${quoted(table)} WHERE rowid = ?`, rowid)[0] ?? {};
  }

  /**
   * The rowids of a table by the text of a column's value, each list in the order of another column. Old tables have few
   * indexes, so that asking for one value at a time would read the whole table each time.
   */
  grouped(table: string, column: string, order: string): Map<string, number[]> {
    if (!this.has(table, column)) return new Map();
    const by = this.has(table, order) ? `${quoted(order)}, rowid` : "rowid";
    const rows = this.#all(
      `SELECT rowid AS id, CAST(${quoted(column)} AS TEXT) AS value FROM ${quoted(table)} ORDER BY ${by}`,
    );
    const groups = new Map<string, number[]>();
    for (const { id, value } of rows) {
      if (typeof id !== "number" || typeof value !== "string") continue;
      const group = groups.get(value) ?? [];
      group.push(id);
      groups.set(value, group);
    }
    return groups;
  }

  /** The bytes in a column of the row whose `key` column (or `rowid`) holds a value; null where there are none. */
  bytes({ table, column }: BytesColumn, key: string, value: unknown): OldBytes | null {
    const hasKey = key === "rowid" || this.has(table, key);
    if (!hasKey || !this.has(table, column) || !isBindable(value)) return null;
    const { root, columns } = this.#tables.get(table) ?? { root: 0, columns: [] };
    const name = quoted(column);
    // SQLite takes type and length from the row's header; the bytes themselves are not read.
    const [found] = this.#all(
      `SELECT rowid AS id, typeof(${name}) AS type, octet_length(${name}) AS size
       FROM ${quoted(table)} WHERE ${quoted(key)} = ? LIMIT 1`,
      value,
    );
    const { id, type, size } = found ?? {};
    if (typeof id !== "number" || typeof size !== "number" || size === 0) return null;
    if (type !== "blob" && type !== "text") return null;
    const place = { root, rowid: id, column: columns.indexOf(column) };
    return { sizeBytes: size, read: () => complete(readBytes(this.#pages, place), size) };
  }

  [Symbol.dispose](): void {
    for (const statement of this.#statements.values()) statement.finalize();
  }

  #list(table: string, columns: readonly string[]): string {
    const there = columns.filter((column) => this.has(table, column));
    return there.length === 0 ? "NULL" : there.map(quoted).join(", ");
  }

  #all(sql: string, ...bindings: SQLQueryBindings[]): Record<string, unknown>[] {
    let statement = this.#statements.get(sql);
    if (!statement) {
      statement = this.#db.prepare<unknown, SQLQueryBindings[]>(sql);
      this.#statements.set(sql, statement);
    }
    return statement.all(...bindings).flatMap((row) => (isRow(row) ? [row] : []));
  }
}

/** The pieces, and an error that a person can read where the file is damaged. */
async function* complete(pieces: AsyncIterable<Uint8Array>, sizeBytes: number): AsyncGenerator<Uint8Array> {
  let read = 0;
  try {
    for await (const piece of pieces) {
      read += piece.byteLength;
      yield piece;
    }
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new AppError("media_unreadable", `Cannot read the bytes: the old file is damaged, ${why}`);
  }
  if (read !== sizeBytes) throw new AppError("media_unreadable", "Cannot read the bytes: the old file is damaged");
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

function isBindable(value: unknown): value is string | number {
  return typeof value === "string" || typeof value === "number";
}

function isRow(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
