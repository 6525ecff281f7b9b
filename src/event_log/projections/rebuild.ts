import { type Database, SQLiteError } from "bun:sqlite";
import { type Statements, trackStatements } from "../../database/mod.ts";
import type { EventCatalogue } from "../event_catalogue.ts";
import { createCommitWatch } from "../sqlite/commit_watch.ts";
import { headOf, readEvents } from "../sqlite/read_events.ts";
import { bufferRows } from "./buffered_rows.ts";
import type { Projection } from "./projection.ts";
import { applyEvents } from "./projector.ts";
import { createShadow, dropShadows, indexLookup, shadowName, swapShadow } from "./shadow_tables.ts";
import { createTableWriter } from "./table_writer.ts";

/** The number of events that are read at a time. */
const BATCH = 250;
/** The bytes of data after which a batch ends: an event can have a megabyte, so a count alone does not limit memory. */
export const BATCH_BYTES = 4 * 1024 * 1024;
/** The duration of a write transaction, and of the pause without the write lock after it, in milliseconds. */
const ALONE = { chunkMs: 40, pauseMs: 1 };
/** The same while other connections write, which limits the delay of their appends. */
const SHARED = { chunkMs: 8, pauseMs: 10 };
/** The time after another connection's commit during which the shared pace applies. */
const SHARED_FOR_MS = 1_000;
/** The number of remaining events that fit into one transaction with the swap. */
const NEARLY_THERE = 200;

/** The settings and progress callback of a rebuild. */
export interface RebuildOptions {
  readonly catalogue: EventCatalogue;
  /** Called after each chunk with the position reached and the position of the last event. */
  readonly onProgress?: (position: number, head: number) => void;
  /** The last position to apply: the tables are then as they were after that event. Default: all. */
  readonly until?: number;
}

/**
 * Rebuilds projections from the log, blue-green: shadow tables are filled beside the live ones, chunk by chunk, then
 * one immediate transaction applies the events that came meanwhile, drops the live tables, renames the shadows and
 * creates the indexes. Readers see the old rows until it commits. Events are only read, so no outside effect is
 * repeated.
 *
 * The caller holds the rebuild lock: two rebuilds at once would fill the same shadows.
 *
 * @returns the number of events read
 */
export async function rebuild(
  db: Database,
  projections: readonly Projection[],
  { catalogue, onProgress, until = Number.MAX_SAFE_INTEGER }: RebuildOptions,
): Promise<number> {
  using _shadows = shadows(db);
  using statements = trackStatements(db);
  using _relaxed = relaxed(db);
  const tables = projections.flatMap((projection) => projection.tables);
  for (const table of tables) createShadow(db, table);
  const onLookup = (table: (typeof tables)[number], columns: readonly string[]) => indexLookup(db, table, columns);
  const runners = projections.map((projection) => {
    const shadowRows = createTableWriter(statements, { tables: projection.tables, nameOf: shadowName, onLookup });
    return { projection, rows: bufferRows(shadowRows, projection.tables) };
  });
  const pace = paceOf(statements);
  let position = 0;
  let count = 0;

  /** Applies the next events; returns true when they were the last. */
  function applyBatch(): boolean {
    const events = readEvents(db, catalogue, { after: position, upTo: until, limit: BATCH, maxBytes: BATCH_BYTES });
    for (const { projection, rows } of runners) applyEvents(projection, rows, events);
    position = events.at(-1)?.position ?? position;
    count += events.length;
    return events.length === 0;
  }

  function flush(): void {
    for (const { projection, rows } of runners) naming(projection, () => rows.flush());
  }

  const step = db.transaction((chunkMs: number) => {
    const end = performance.now() + chunkMs;
    while (!applyBatch() && performance.now() < end);
    flush();
  });
  const finish = db.transaction(() => {
    while (!applyBatch());
    flush();
    for (const projection of projections) {
      naming(projection, () => {
        for (const table of projection.tables) swapShadow(db, table);
      });
    }
    const checkpoint = db.query(
      "INSERT OR REPLACE INTO projection_checkpoints (name, version, position) VALUES (?, ?, ?)",
    );
    for (const { name, version } of projections) checkpoint.run(name, version, position);
  });

  for (;;) {
    const head = Math.min(headOf(db), until);
    if (head - position <= NEARLY_THERE) break;
    const { chunkMs, pauseMs } = pace();
    step.immediate(chunkMs);
    onProgress?.(position, Math.max(head, position));
    await Bun.sleep(pauseMs);
  }
  finish.immediate();
  onProgress?.(position, position);
  return count;
}

/**
 * Adds the name of the projection to an error of SQLite. Many rows are written at a time, so the event is unknown here.
 */
function naming({ name }: Projection, write: () => void): void {
  try {
    write();
  } catch (cause) {
    if (!(cause instanceof SQLiteError) || !cause.code?.startsWith("SQLITE_CONSTRAINT")) throw cause;
    const why = `${cause.message}; 'bun run reelog stats' names the event`;
    throw new Error(`Cannot project the log into ${name}: ${why}`, { cause });
  }
}

/** Drops the shadows when the rebuild fails. */
function shadows(db: Database): Disposable {
  return { [Symbol.dispose]: () => dropShadows(db) };
}

/**
 * Relaxes the settings for bulk writes that can be repeated. `synchronous=NORMAL`: a power cut may lose the last
 * commits but never their order (SQLite, "PRAGMA synchronous"). Checkpoints are rare: each would copy the same hot
 * pages again.
 */
function relaxed(db: Database): Disposable {
  // SQLite does not allow a change of these settings within a transaction.
  if (db.inTransaction) return { [Symbol.dispose]: () => undefined };
  const settings = [
    { name: "synchronous", value: 1 },
    { name: "wal_autocheckpoint", value: 8_000 },
  ];
  const before = settings.map(({ name }) => ({ name, value: db.query(`PRAGMA ${name}`).values().flat()[0] }));
  const set = ({ name, value }: { name: string; value: unknown }) => db.run(`PRAGMA ${name} = ${value}`);
  settings.forEach(set);
  return { [Symbol.dispose]: () => before.forEach(set) };
}

/** Returns the pace of the next chunk: slower when another connection has committed lately. */
function paceOf(statements: Statements): () => typeof ALONE {
  const othersCommitted = createCommitWatch(statements);
  let sharedUntil = 0;
  return () => {
    if (othersCommitted()) sharedUntil = performance.now() + SHARED_FOR_MS;
    return performance.now() < sharedUntil ? SHARED : ALONE;
  };
}
