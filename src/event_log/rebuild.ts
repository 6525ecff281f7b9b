import type { Database } from "bun:sqlite";
import { getTableName } from "drizzle-orm";
import type { SQLiteTable } from "drizzle-orm/sqlite-core";
import type { EventCatalogue } from "./catalogue.ts";
import type { Projection } from "./projection.ts";
import { applyEvents } from "./projector.ts";
import { createRows } from "./rows.ts";
import { readEvents } from "./sqlite_event_log.ts";

/** The table that a rebuild fills beside the live one. */
const SHADOW_SUFFIX = "__rebuild";
/** Events per write transaction: few enough that an append of a running server waits only some milliseconds. */
const CHUNK = 1_000;
/** When so few events are left, the last chunk and the swap go into one transaction. */
const NEARLY_THERE = 200;

export interface RebuildOptions {
  readonly catalogue: EventCatalogue;
  /** Called after each chunk with the position reached and the position of the last event. */
  readonly onProgress?: (position: number, head: number) => void;
  /** How long to leave the write lock to others between two chunks, in milliseconds. */
  readonly pauseMs?: number;
}

/**
 * Rebuilds projections from the log, blue-green: shadow tables are filled beside the live ones, chunk by chunk, then
 * one immediate transaction applies what came meanwhile, drops the live tables, renames the shadows and makes the
 * indexes. Readers see the old rows until it commits. Events are only read, so no outside effect is repeated.
 *
 * The caller holds the rebuild lock: two rebuilds at once would fill the same shadows.
 *
 * @returns the number of events read
 */
export async function rebuild(
  db: Database,
  projections: readonly Projection[],
  { catalogue, onProgress, pauseMs = 0 }: RebuildOptions,
): Promise<number> {
  const tables = projections.flatMap((projection) => projection.tables);
  for (const table of tables) createShadow(db, table);
  const runners = projections.map((projection) => ({
    projection,
    rows: createRows(db, { tables: projection.tables, nameOf: shadowName }),
  }));
  let position = 0;
  let count = 0;

  /** Applies the next chunk; true when it was the last one. */
  function applyChunk(): boolean {
    const events = readEvents(db, catalogue, { after: position, limit: CHUNK });
    for (const { projection, rows } of runners) applyEvents(projection, rows, events);
    position = events.at(-1)?.position ?? position;
    count += events.length;
    return events.length < CHUNK;
  }

  const step = db.transaction(applyChunk);
  const finish = db.transaction(() => {
    while (!applyChunk());
    for (const table of tables) swap(db, table);
    const checkpoint = db.prepare(
      "INSERT OR REPLACE INTO projection_checkpoints (name, version, position) VALUES (?, ?, ?)",
    );
    for (const { name, version } of projections) checkpoint.run(name, version, position);
  });

  for (;;) {
    const head = headOf(db);
    if (head - position <= NEARLY_THERE) break;
    step.immediate();
    onProgress?.(position, Math.max(head, position));
    await Bun.sleep(pauseMs);
  }
  finish.immediate();
  onProgress?.(position, position);
  return count;
}

/** Drops what a rebuild that was killed may have left. */
export function dropShadows(db: Database): void {
  db.transaction(() => {
    const left = db
      .query<{ name: string }, [string]>("SELECT name FROM sqlite_master WHERE type = 'table' AND name LIKE '%' || ?")
      .all(SHADOW_SUFFIX);
    for (const { name } of left) db.run(`DROP TABLE "${name}"`);
  }).immediate();
}

function shadowName(table: SQLiteTable): string {
  return `${getTableName(table)}${SHADOW_SUFFIX}`;
}

function headOf(db: Database): number {
  return db.query<{ head: number | null }, []>("SELECT max(position) AS head FROM events").get()?.head ?? 0;
}

function createShadow(db: Database, table: SQLiteTable): void {
  const name = getTableName(table);
  const definition = db
    .query<{ sql: string }, [string]>("SELECT sql FROM sqlite_master WHERE type = 'table' AND name = ?")
    .get(name)?.sql;
  if (!definition) throw new Error(`Cannot rebuild ${name}: the database has no such table`);
  const body = definition.slice(definition.indexOf("("));
  db.transaction(() => {
    db.run(`DROP TABLE IF EXISTS "${shadowName(table)}"`);
    db.run(`CREATE TABLE "${shadowName(table)}" ${body}`);
  }).immediate();
}

/** Puts the shadow in the live table's place, with the live table's indexes. */
function swap(db: Database, table: SQLiteTable): void {
  const name = getTableName(table);
  const indexes = db
    .query<{ sql: string }, [string]>(
      "SELECT sql FROM sqlite_master WHERE type = 'index' AND tbl_name = ? AND sql IS NOT NULL ORDER BY name",
    )
    .all(name);
  db.run(`DROP TABLE "${name}"`);
  db.run(`ALTER TABLE "${shadowName(table)}" RENAME TO "${name}"`);
  for (const { sql } of indexes) db.run(sql);
}
