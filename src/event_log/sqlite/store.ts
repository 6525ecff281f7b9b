import type { Database } from "bun:sqlite";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { type BunSQLiteDatabase, drizzle } from "drizzle-orm/bun-sqlite";
import { type DiskReserve, makeRoomToOpen, openDatabase, openDiskReserve } from "../../database/mod.ts";
import type { EventCatalogue } from "../event_catalogue.ts";
import { forgetRemoved, staleProjections } from "../projections/checkpoints.ts";
import type { Projection } from "../projections/projection.ts";
import { createProjector } from "../projections/projector.ts";
import { rebuild } from "../projections/rebuild.ts";
import { rebuildLock } from "../projections/rebuild_lock.ts";
import { dropShadows } from "../projections/shadow_tables.ts";
import { assertSoundTail } from "./check_tail.ts";
import { headOf } from "./read_events.ts";
import { createSqliteEventLog, type SqliteEventLog } from "./sqlite_event_log.ts";
import { allOrNothing, type UpgradeOptions, upgradeLog } from "./upgrade_log.ts";

/** The log and the read tables of one data directory. */
export interface Store {
  readonly log: SqliteEventLog;
  /** The database for queries of the read tables; nothing writes through it. */
  readonly read: BunSQLiteDatabase;
  readonly db: Database;
  readonly catalogue: EventCatalogue;
  /** The measures of the log's limits, which the wiring fills. */
  readonly measures: Map<string, (of: string) => number>;
  /** The disk space that is reserved for deletions and revocations. */
  readonly reserve: DiskReserve;
  /** The names of the projections that were rebuilt, because their code has changed or they were behind. */
  readonly rebuilt: readonly string[];
  /** Returns the position of the last event, 0 when there are no events. Throws when the database cannot be read. */
  head(): number;
  close(): void;
}

/** The options of a store. `onRebuild` receives the progress of a rebuild, as in {@linkcode rebuild}. */
export interface StoreOptions {
  readonly dataDir: string;
  readonly catalogue: EventCatalogue;
  readonly projections: readonly Projection[];
  readonly now?: () => Date;
  readonly newId?: () => string;
  /** Called with the missing or changed parts of the log's schema that were recreated. */
  readonly onMend?: UpgradeOptions["onMend"];
  /** Called with the migrated database while no other process can start on it. */
  readonly prepare?: (db: Database) => void;
  readonly onRebuild?: (names: readonly string[], position: number, head: number) => void;
  /** Receives the error of a listener of the log, and of an unreadable commit of another process. */
  readonly onError?: (error: unknown) => void;
}

/**
 * The time that a statement of a running server blocks the event loop for a lock, in milliseconds; the log waits
 * longer.
 */
const SERVING_BUSY_TIMEOUT_MS = 20;

/** Returns the path of the file with the log and the read tables. */
export function databasePath(dataDir: string): string {
  return join(dataDir, "reelog.db");
}

/**
 * Opens the store: migrates, rebuilds the projections whose code or tables have changed, and opens the log. When it
 * fails, the release before can still open the directory.
 *
 * Two processes that start together run this one after the other.
 *
 * @throws {AppError} `unavailable` when an event at the end of the log is damaged, or its schema cannot be repaired
 */
export async function openStore(options: StoreOptions): Promise<Store> {
  const { dataDir, catalogue, projections, now, newId, onError } = options;
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  makeRoomToOpen(dataDir);
  using _lock = await rebuildLock(dataDir);
  const db = openDatabase(databasePath(dataDir));
  try {
    const rebuilt = await allOrNothing(db, () => bringUpToDate(db, options));
    db.run(`PRAGMA busy_timeout = ${SERVING_BUSY_TIMEOUT_MS}`);
    const reserve = openDiskReserve(dataDir);
    reserve.refill();
    const projector = createProjector(db, projections);
    const measures = new Map<string, (of: string) => number>();
    const log = createSqliteEventLog(db, { reserve, measures, catalogue, projector, now, newId, onError });
    return {
      log,
      measures,
      db,
      catalogue,
      reserve,
      read: drizzle(db),
      rebuilt,
      head: () => headOf(db),
      close() {
        log.close();
        projector[Symbol.dispose]();
        db.close();
      },
    };
  } catch (error) {
    db.close();
    throw error;
  }
}

/** Returns the names of the projections that were rebuilt. */
async function bringUpToDate(db: Database, options: StoreOptions): Promise<readonly string[]> {
  const { catalogue, projections, onRebuild, onMend, prepare } = options;
  upgradeLog(db, { check: () => assertSoundTail(db, catalogue), onMend });
  dropShadows(db);
  const stale = staleProjections(db, projections);
  const rebuilt = stale.map(({ name }) => name);
  if (stale.length > 0) {
    await rebuild(db, stale, { catalogue, onProgress: (position, head) => onRebuild?.(rebuilt, position, head) });
  }
  forgetRemoved(db, projections);
  prepare?.(db);
  return rebuilt;
}
