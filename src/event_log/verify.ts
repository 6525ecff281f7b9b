import type { Database, SQLQueryBindings } from "bun:sqlite";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { getTableColumns, getTableName } from "drizzle-orm";
import { getTableConfig, type SQLiteTable } from "drizzle-orm/sqlite-core";
import { openDatabase } from "../database/mod.ts";
import type { EventCatalogue } from "./catalogue.ts";
import type { Projection } from "./projection.ts";
import { applyEvents } from "./projector.ts";
import { createRows } from "./rows.ts";
import { readEvents } from "./sqlite_event_log.ts";

/** A row that the read table has and the log does not lead to, or the other way round, or both with other values. */
export interface Difference {
  readonly projection: string;
  readonly table: string;
  /** The primary key, as `column=value`. */
  readonly key: string;
  /** The row served now; null when it is missing. */
  readonly live: Record<string, unknown> | null;
  /** The row that the log leads to; null when there should be none. */
  readonly rebuilt: Record<string, unknown> | null;
}

/** What a verification found. */
export interface Verification {
  /** How many events were read. */
  readonly events: number;
  /** The first differences of each table; empty when all is as the log says. */
  readonly differences: readonly Difference[];
}

export interface VerifyOptions {
  readonly catalogue: EventCatalogue;
  readonly onProgress?: (position: number, head: number) => void;
  /** How many differences to name per table and direction. */
  readonly most?: number;
}

const CHUNK = 2_000;

/**
 * Rebuilds projections into a temporary file beside the database and compares row by row. The database is only read,
 * and in one snapshot, so it may be in use.
 */
export function verify(
  path: string,
  projections: readonly Projection[],
  { catalogue, onProgress, most = 5 }: VerifyOptions,
): Verification {
  const folder = mkdtempSync(join(tmpdir(), "reelog-verify-"));
  const scratchPath = join(folder, "rebuilt.db");
  const scratch = openDatabase(scratchPath);
  const live = openDatabase(path, { readonly: true });
  try {
    scratch.run("PRAGMA synchronous = OFF");
    // ATTACH is refused inside a transaction, so the snapshot is taken after it, by the first read.
    live.query("ATTACH ? AS rebuilt").run(scratchPath);
    live.run("BEGIN");
    const head = live.query<{ head: number | null }, []>("SELECT max(position) AS head FROM events").get()?.head ?? 0;
    for (const table of projections.flatMap(({ tables }) => tables)) copyDefinition(live, scratch, table);

    const runners = projections.map((projection) => ({
      projection,
      rows: createRows(scratch, { tables: projection.tables }),
    }));
    let position = 0;
    let events = 0;
    const step = scratch.transaction(() => {
      const chunk = readEvents(live, catalogue, { after: position, limit: CHUNK });
      for (const { projection, rows } of runners) applyEvents(projection, rows, chunk);
      events += chunk.length;
      position = chunk.at(-1)?.position ?? head;
    });
    while (position < head) {
      step.immediate();
      onProgress?.(position, head);
    }

    const differences = projections.flatMap(({ name, tables }) =>
      tables.flatMap((table) => compare(live, table, most).map((found) => ({ projection: name, ...found }))),
    );
    return { events, differences };
  } finally {
    live.close();
    scratch.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

function copyDefinition(live: Database, scratch: Database, table: SQLiteTable): void {
  const name = getTableName(table);
  const definition = live
    .query<{ sql: string }, [string]>("SELECT sql FROM main.sqlite_master WHERE type = 'table' AND name = ?")
    .get(name)?.sql;
  if (!definition) throw new Error(`Cannot verify ${name}: the database has no such table`);
  scratch.run(definition);
}

type Row = Record<string, unknown>;

function compare(db: Database, table: SQLiteTable, most: number): Omit<Difference, "projection">[] {
  const name = getTableName(table);
  const columns = Object.values(getTableColumns(table))
    .map((column) => `"${column.name}"`)
    .join(", ");
  const only = (from: string, other: string) =>
    db
      .query<Row, SQLQueryBindings[]>(
        `SELECT ${columns} FROM ${from}."${name}" EXCEPT SELECT ${columns} FROM ${other}."${name}" LIMIT ?`,
      )
      .all(most);
  const byKey = new Map<string, { live: Row | null; rebuilt: Row | null }>();
  for (const row of only("main", "rebuilt")) byKey.set(keyOf(table, row), { live: row, rebuilt: null });
  for (const row of only("rebuilt", "main")) {
    const key = keyOf(table, row);
    byKey.set(key, { live: byKey.get(key)?.live ?? null, rebuilt: row });
  }
  return [...byKey].map(([key, rows]) => ({ table: name, key, ...rows }));
}

function keyOf(table: SQLiteTable, row: Row): string {
  const { columns, primaryKeys } = getTableConfig(table);
  const composite = primaryKeys.flatMap((key) => key.columns.map((column) => column.name));
  const names = composite.length > 0 ? composite : columns.filter((column) => column.primary).map(({ name }) => name);
  return names.map((name) => `${name}=${String(row[name])}`).join(", ");
}
