import type { Database } from "bun:sqlite";
import { trackStatements } from "../database/mod.ts";
import type { EventCatalogue } from "./catalogue.ts";
import type { Projection } from "./projection.ts";
import { applyEvents } from "./projector.ts";
import { headOf, readEvents } from "./read_events.ts";
import { createRows } from "./rows.ts";
import { createShadow, dropShadows, indexLookup, shadowName, swapShadow } from "./shadow_tables.ts";

/** Events that are read at a time. */
const BATCH = 100;
/** How long a write transaction of the rebuild lasts, so that the appends of a running server wait only so long. */
const CHUNK_MS = 8;
/** When so few events are left, they and the swap go into one transaction. */
const NEARLY_THERE = 200;
/** The pause after a chunk when nobody else writes. */
const ALONE_PAUSE_MS = 1;
/** The pause after a chunk when others write, long enough for several of their appends. */
const SHARED_PAUSE_MS = 10;
/** For so long after another's commit others are believed to write. */
const SHARED_FOR_MS = 1_000;

export interface RebuildOptions {
  readonly catalogue: EventCatalogue;
  /** Called after each chunk with the position reached and the position of the last event. */
  readonly onProgress?: (position: number, head: number) => void;
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
  { catalogue, onProgress }: RebuildOptions,
): Promise<number> {
  using _shadows = shadows(db);
  using statements = trackStatements(db);
  using _relaxed = relaxed(db);
  const tables = projections.flatMap((projection) => projection.tables);
  for (const table of tables) createShadow(db, table);
  const onLookup = (table: (typeof tables)[number], columns: readonly string[]) => indexLookup(db, table, columns);
  const runners = projections.map((projection) => ({
    projection,
    rows: createRows(statements, { tables: projection.tables, nameOf: shadowName, onLookup }),
  }));
  const pauseMs = pauses(db);
  let position = 0;
  let count = 0;

  /** Applies the next events; true when they were the last. */
  function applyBatch(): boolean {
    const events = readEvents(db, catalogue, { after: position, limit: BATCH });
    for (const { projection, rows } of runners) applyEvents(projection, rows, events);
    position = events.at(-1)?.position ?? position;
    count += events.length;
    return events.length < BATCH;
  }

  const step = db.transaction(() => {
    const end = performance.now() + CHUNK_MS;
    while (!applyBatch() && performance.now() < end);
  });
  const finish = db.transaction(() => {
    while (!applyBatch());
    for (const table of tables) swapShadow(db, table);
    const checkpoint = db.query(
      "INSERT OR REPLACE INTO projection_checkpoints (name, version, position) VALUES (?, ?, ?)",
    );
    for (const { name, version } of projections) checkpoint.run(name, version, position);
  });

  for (;;) {
    const head = headOf(db);
    if (head - position <= NEARLY_THERE) break;
    step.immediate();
    onProgress?.(position, Math.max(head, position));
    await Bun.sleep(pauseMs());
  }
  finish.immediate();
  onProgress?.(position, position);
  return count;
}

/** Leaves no shadow behind when the rebuild fails. */
function shadows(db: Database): Disposable {
  return { [Symbol.dispose]: () => dropShadows(db) };
}

/**
 * `synchronous=NORMAL` for a while: a power cut may then take the last commits but never their order (SQLite, "PRAGMA
 * synchronous"), and all that a rebuild commits can be made again.
 */
function relaxed(db: Database): Disposable {
  const before = db.query<{ synchronous: number }, []>("PRAGMA synchronous").get()?.synchronous ?? 2;
  db.run("PRAGMA synchronous = NORMAL");
  return { [Symbol.dispose]: () => db.run(`PRAGMA synchronous = ${before}`) };
}

/** How long to leave the write lock to others: longer when somebody else has committed lately. */
function pauses(db: Database): () => number {
  const dataVersion = db.query<{ data_version: number }, []>("PRAGMA data_version");
  let seen = dataVersion.get()?.data_version;
  let sharedUntil = 0;
  return () => {
    const version = dataVersion.get()?.data_version;
    if (version !== seen) sharedUntil = performance.now() + SHARED_FOR_MS;
    seen = version;
    return performance.now() < sharedUntil ? SHARED_PAUSE_MS : ALONE_PAUSE_MS;
  };
}
