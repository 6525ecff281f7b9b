import type { Database } from "bun:sqlite";
import { join } from "node:path";
import { type BunSQLiteDatabase, drizzle } from "drizzle-orm/bun-sqlite";
import { migrate, openDatabase, type ProcessLock, tryProcessLock } from "../database/mod.ts";
import type { EventCatalogue } from "./catalogue.ts";
import type { Projection } from "./projection.ts";
import { createProjector } from "./projector.ts";
import { dropShadows, rebuild } from "./rebuild.ts";
import { createSqliteEventLog, type SqliteEventLog } from "./sqlite_event_log.ts";

/** The log and the read tables of one data directory. */
export interface Store {
  readonly log: SqliteEventLog;
  /** For queries of the read tables; nothing writes through it. */
  readonly read: BunSQLiteDatabase;
  readonly db: Database;
  /** The names of the projections that were built again because their version had changed. */
  readonly rebuilt: readonly string[];
  /** The position of the last event, 0 when there is none. Throws when the database cannot be read. */
  head(): number;
  close(): void;
}

export interface StoreOptions {
  readonly dataDir: string;
  readonly catalogue: EventCatalogue;
  readonly projections: readonly Projection[];
  readonly now?: () => Date;
  readonly newId?: () => string;
  readonly onRebuild?: (names: readonly string[], position: number, head: number) => void;
}

/** The file of the log and the read tables. */
export function databasePath(dataDir: string): string {
  return join(dataDir, "reelog.db");
}

/** How long a start waits for another process that migrates or replays, in milliseconds. */
const LOCK_WAIT_MS = 120_000;

/**
 * Opens the store: migrates, rebuilds the projections whose code has changed, and makes the log.
 *
 * Two processes that start together do it one after the other.
 */
export async function openStore(options: StoreOptions): Promise<Store> {
  const { dataDir, catalogue, projections, now, newId, onRebuild } = options;
  using _lock = await rebuildLock(dataDir);
  const db = openDatabase(databasePath(dataDir));
  try {
    migrate(db);
    dropShadows(db);
    const stale = staleProjections(db, projections);
    if (stale.length > 0) {
      const names = stale.map(({ name }) => name);
      await rebuild(db, stale, { catalogue, onProgress: (position, head) => onRebuild?.(names, position, head) });
    }
    const log = createSqliteEventLog(db, { catalogue, projector: createProjector(db, projections), now, newId });
    return {
      log,
      db,
      read: drizzle(db),
      rebuilt: stale.map(({ name }) => name),
      head: () => headOf(db),
      close() {
        log.close();
        db.close();
      },
    };
  } catch (error) {
    db.close();
    throw error;
  }
}

/**
 * The lock under which tables are made, changed and swapped, one process at a time. Waits for its holder.
 *
 * @throws when the holder keeps it for longer than two minutes
 */
export async function rebuildLock(dataDir: string, waitMs: number = LOCK_WAIT_MS): Promise<ProcessLock> {
  const end = performance.now() + waitMs;
  for (;;) {
    const lock = tryProcessLock(join(dataDir, "rebuild.lock"));
    if (lock) return lock;
    if (performance.now() >= end)
      throw new Error(`Cannot open ${dataDir}: another process is migrating or replaying it`);
    await Bun.sleep(50);
  }
}

/** The projections that were built by other code, or not at all, or not up to the head of the log. */
export function staleProjections(db: Database, projections: readonly Projection[]): Projection[] {
  const head = headOf(db);
  const checkpoints = new Map(
    db
      .query<{ name: string; version: number; position: number }, []>("SELECT * FROM projection_checkpoints")
      .all()
      .map((row) => [row.name, row]),
  );
  const names = new Set(projections.map(({ name }) => name));
  for (const name of checkpoints.keys()) {
    if (!names.has(name)) db.query("DELETE FROM projection_checkpoints WHERE name = ?").run(name);
  }
  return projections.filter(({ name, version }) => {
    const checkpoint = checkpoints.get(name);
    return checkpoint?.version !== version || checkpoint.position !== head;
  });
}

function headOf(db: Database): number {
  return db.query<{ head: number | null }, []>("SELECT max(position) AS head FROM events").get()?.head ?? 0;
}
