import { getTableName } from "drizzle-orm";
import type { SQLiteTable } from "drizzle-orm/sqlite-core";
import type { Row } from "./row_shape.ts";
import type { Rows } from "./rows.ts";
import { TableBuffer } from "./table_buffer.ts";

/** Rows whose writes wait in memory until the flush. */
export interface BufferedRows extends Rows {
  /** Writes what waits; to be called before the transaction commits. */
  flush(): void;
}

/**
 * Puts a memory between a projection and its rows: in a replay the events of one thing stand close together, so its
 * rows are read once and written once, not once for each event. Rows are known by their primary key; any other question
 * goes to the database, after what waits for that table. The tables are empty at first, as the shadows of a replay are.
 */
export function bufferRows(rows: Rows, tables: readonly SQLiteTable[]): BufferedRows {
  const buffers = new Map(tables.map((table) => [table, bufferOf(rows, table)]));

  function of(table: SQLiteTable): TableBuffer {
    const found = buffers.get(table);
    if (!found) throw new Error(`Cannot touch ${getTableName(table)}: it is not a table of this projection`);
    return found;
  }

  return {
    insert(table, row) {
      const buffer = of(table);
      if (buffer.isWhole(row)) return buffer.insert(row);
      buffer.forget();
      rows.insert(table, row);
    },
    upsert(table, row) {
      const buffer = of(table);
      if (buffer.isWhole(row)) return buffer.upsert(row);
      buffer.forget();
      rows.upsert(table, row);
    },
    update(table, where, patch) {
      const buffer = of(table);
      if (buffer.isKey(where) && buffer.keepsKey(patch)) return buffer.update(where, patch);
      buffer.forget();
      rows.update(table, where, patch);
    },
    delete(table, where) {
      const buffer = of(table);
      if (buffer.isKey(where)) return buffer.delete(where);
      buffer.forget();
      rows.delete(table, where);
    },
    find<Table extends SQLiteTable>(table: Table, where: Partial<Table["$inferSelect"]>) {
      const buffer = of(table);
      // What a buffer holds came from the typed methods here, so it has the table's type.
      if (buffer.isKey(where)) return buffer.find(where) as Table["$inferSelect"] | undefined;
      buffer.flush();
      return rows.find(table, where);
    },
    all(table, where) {
      of(table).flush();
      return rows.all(table, where);
    },
    flush() {
      for (const buffer of buffers.values()) buffer.flush();
    },
  };
}

function bufferOf(rows: Rows, table: SQLiteTable): TableBuffer {
  return new TableBuffer(table, {
    find: (where) => rows.find(table, where),
    insert: (row: Row) => rows.insert(table, row),
    upsert: (row: Row) => rows.upsert(table, row),
    delete: (where) => rows.delete(table, where),
  });
}
