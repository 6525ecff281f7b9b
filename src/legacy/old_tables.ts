import type { Database, SQLQueryBindings, Statement } from "bun:sqlite";
import { AppError } from "../core/errors.ts";

/** A row as the old file has it: any column may hold anything, or be missing. */
export type OldRow = Readonly<Record<string, unknown>>;

/** Bytes in the old file. */
export interface OldBytes {
  /** The size in bytes. */
  readonly sizeBytes: number;
  /** Reads the value in pieces. */
  read(): AsyncIterable<Uint8Array>;
}

/** A column of the old file whose values can be large. */
export interface BytesColumn {
  readonly table: string;
  readonly column: string;
}

/** Limit of the texts of one row, in bytes; rows of the old backend have a few thousand. */
const MAX_ROW_BYTES = 16 * 1024 ** 2;
/** Smallest piece of a value that is read at once, in bytes. */
const MIN_PIECE_BYTES = 1024 ** 2;
/** Most pieces of a value: SQLite walks through all of a value for each of them. */
const MOST_PIECES = 16;

/** Reads the tables of the old file, whichever columns they have. */
export class OldTables implements Disposable {
  readonly #db: Database;
  /** The stored columns of each table. */
  readonly #tables = new Map<string, readonly string[]>();
  readonly #statements = new Map<string, Statement<unknown, SQLQueryBindings[]>>();

  constructor(db: Database) {
    this.#db = db;
    // No views and no virtual tables: they run code of the file's author.
    const tables = db.query<{ name: string }, []>(
      "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND wr = 0 ORDER BY name",
    );
    for (const { name } of tables.all()) {
      if (name.startsWith("sqlite_")) continue;
      const info = db.query<{ name: string; hidden: number }, [string]>(
        "SELECT name, hidden FROM pragma_table_xinfo(?)",
      );
      // A virtual generated column (hidden = 2) is computed, by an expression of the file's author.
      const columns = info.all(name).filter(({ hidden }) => hidden !== 2);
      this.#tables.set(
        name,
        columns.map((column) => column.name),
      );
    }
  }

  /** Returns the names of all tables. */
  get names(): readonly string[] {
    return [...this.#tables.keys()];
  }

  /** Returns whether a table exists, with the column if one is given. */
  has(table: string, column?: string): boolean {
    const columns = this.#tables.get(table);
    return columns !== undefined && (column === undefined || columns.includes(column));
  }

  /** Returns the number of rows of a table; null when it cannot be read. */
  count(table: string): number | null {
    try {
      const count = this.#all(`SELECT count(*) AS count FROM ${quoted(table)}`)[0]?.count;
      return typeof count === "number" ? count : null;
    } catch {
      return null;
    }
  }

  /** Returns the rowids of a table, oldest first by the first of the time columns that it has. */
  rowids(table: string, times: readonly string[] = ["created_at", "uploaded_at"]): number[] {
    if (!this.has(table)) return [];
    const time = times.find((column) => this.has(table, column));
    const order = time === undefined ? "rowid" : `datetime(${quoted(time)}), rowid`;
    const rows = this.#all(`SELECT rowid AS id FROM ${quoted(table)} ORDER BY ${order}`);
    return rows.flatMap(({ id }) => (typeof id === "number" ? [id] : []));
  }

  /**
   * Returns the named columns of a row, without those that the table lacks.
   *
   * @throws {Error} when they hold more than 16 MiB, or the file is damaged there
   */
  row(table: string, rowid: number, columns: readonly string[]): OldRow {
    const there = columns.filter((column) => this.has(table, column)).map(quoted);
    if (there.length === 0) return {};
    const from = `FROM ${quoted(table)} WHERE rowid = ?`;
    // SQLite takes lengths from the row's header, so a huge value is not read.
    const lengths = there.map((column) => `ifnull(octet_length(${column}), 0)`).join(" + ");
    const bytes = this.#all(`SELECT ${lengths} AS bytes ${from}`, rowid)[0]?.bytes;
    if (typeof bytes === "number" && bytes > MAX_ROW_BYTES) throw new Error("its texts are larger than 16 MiB");
    return this.#all(`SELECT ${there.join(", ")} ${from}`, rowid)[0] ?? {};
  }

  /**
   * Groups the rowids of a table by the text of a column, each group ordered by another column. One pass replaces a full
   * scan for each value, because old tables have few indexes.
   */
  grouped(table: string, column: string, order: string): Map<string, number[]> {
    if (!this.has(table, column)) return new Map();
    const by = this.has(table, order) ? `${quoted(order)}, rowid` : "rowid";
    // No id is longer than that; huge values are cut.
    const rows = this.#all(
      `SELECT rowid AS id, CAST(substr(${quoted(column)}, 1, 300) AS TEXT) AS value FROM ${quoted(table)} ORDER BY ${by}`,
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

  /** Returns the bytes in a column of the row whose `key` column (or `rowid`) holds a value; null when it has none. */
  bytes({ table, column }: BytesColumn, key: string, value: unknown): OldBytes | null {
    const hasKey = key === "rowid" || this.has(table, key);
    if (!hasKey || !this.has(table, column) || !isBindable(value)) return null;
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
    const sql = `SELECT substr(CAST(${name} AS BLOB), ?, ?) AS piece FROM ${quoted(table)} WHERE rowid = ?`;
    return { sizeBytes: size, read: () => this.#pieces(sql, id, size) };
  }

  [Symbol.dispose](): void {
    for (const statement of this.#statements.values()) statement.finalize();
  }

  /**
   * Reads a value in pieces. SQLite holds the whole value only while it takes a piece out of it.
   */
  async *#pieces(sql: string, rowid: number, sizeBytes: number): AsyncGenerator<Uint8Array> {
    const pieceBytes = Math.max(MIN_PIECE_BYTES, Math.ceil(sizeBytes / MOST_PIECES));
    for (let at = 0; at < sizeBytes; at += pieceBytes) {
      const piece = this.#piece(sql, at + 1, pieceBytes, rowid);
      if (piece.byteLength !== Math.min(pieceBytes, sizeBytes - at)) throw damaged("a value ends too early");
      yield piece;
    }
  }

  #piece(sql: string, ...[at, bytes, rowid]: [number, number, number]): Uint8Array {
    try {
      const piece = this.#all(sql, at, bytes, rowid)[0]?.piece;
      if (piece instanceof Uint8Array) return piece;
    } catch (cause) {
      throw damaged(cause instanceof Error ? cause.message : String(cause));
    }
    throw damaged("a row is missing from its table");
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

function damaged(why: string): AppError {
  return new AppError("media_unreadable", `Cannot read the bytes: the old file is damaged, ${why}`);
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
