import type { Database } from "bun:sqlite";
import { TypeCompiler } from "@sinclair/typebox/compiler";
import { AppError } from "../../core/errors.ts";
import { asUnavailable, shortageOf } from "../../core/shortage.ts";
import { type DiskReserve, isBusy, trackStatements } from "../../database/mod.ts";
import type { RecordedEvent } from "../event.ts";
import type { EventCatalogue } from "../event_catalogue.ts";
import {
  type AppendCondition,
  type AppendOptions,
  assertWithin,
  type EventLog,
  isExpected,
  type Measures,
  StaleDecision,
  type StreamWrite,
  VersionConflict,
} from "../event_log.ts";
import { createListeners } from "../listeners.ts";
import { EventMetadata } from "../metadata.ts";
import type { Projector } from "../projections/projector.ts";
import { nextTime } from "../times.ts";
import { createLocalClaims } from "../work/claims.ts";
import { createCommitWatch } from "./commit_watch.ts";
import { createHashChain, type HashChain } from "./hash_chain.ts";
import { headOf, readEvents } from "./read_events.ts";
import { createSqliteEventReader } from "./sqlite_event_reader.ts";
import { OWNER_OF_EVENT } from "./tables.ts";

/** The dependencies and settings of the log, which a test can fix. */
export interface SqliteEventLogOptions {
  readonly catalogue: EventCatalogue;
  readonly projector: Projector;
  /** The hash chain. Default: the chain in the same database. */
  readonly chain?: HashChain;
  /** The disk reserve, which rejects growth while the disk is nearly full and is freed for essential writes. */
  readonly reserve?: DiskReserve | undefined;
  /** The measures of limits; they may be added later, before the first append with a limit. */
  readonly measures?: Measures;
  readonly now?: () => Date;
  /** UUIDv7. */
  readonly newId?: () => string;
  /**
   * The interval of checks for commits of other processes, in milliseconds: a revoked key must stop working. Default:
   * 25.
   */
  readonly pollMs?: number;
  /** The longest wait of an append for the write lock of another process, in milliseconds. */
  readonly patienceMs?: number;
  /** Receives the error of a listener, and of an unreadable commit of another process. */
  readonly onError?: (error: unknown) => void;
}

/** The log in SQLite, which can be closed. */
export interface SqliteEventLog extends EventLog {
  /** Stops watching for commits of other processes; the database stays open. */
  close(): void;
}

/** The values that all events of one append share. */
interface Circumstances {
  readonly recordedAt: string;
  readonly metadataText: string;
}

/** The number of another process's events that are passed to the listeners at a time. */
const TAIL_BATCH = 500;
/** The same limit in bytes of data. */
const TAIL_BYTES = 4 * 1024 * 1024;
/**
 * The pause before the next attempt to take the write lock, in milliseconds; other work runs on the event loop
 * meanwhile.
 */
const RETRY_MS = 2;

const metadataCheck = TypeCompiler.Compile(EventMetadata);

/**
 * Opens the log over a migrated database.
 *
 * Every append is one IMMEDIATE transaction: a deferred one that reads and then writes fails at once with
 * SQLITE_BUSY_SNAPSHOT when another process wrote in between. SQLite waits for a lock by blocking the thread, so give
 * the database a short busy timeout: the longer wait happens here, between the turns of the event loop.
 */
export function createSqliteEventLog(db: Database, options: SqliteEventLogOptions): SqliteEventLog {
  const { catalogue, projector, now = () => new Date(), newId = () => Bun.randomUUIDv7() } = options;
  const { pollMs = 25, patienceMs = 30_000, onError = (error) => process.emitWarning(String(error)) } = options;
  const { reserve, measures = new Map() } = options;
  const { chain = createHashChain(db) } = options;
  const statements = trackStatements(db);
  const lastVersion = statements.prepare<{ version: number | null }, [string]>(
    "SELECT max(version) AS version FROM events WHERE stream = ?",
  );
  const insert = statements.prepare<
    { position: number },
    [string, string, number, string, number, string, string, string]
  >(
    `INSERT INTO events (id, stream, version, type, schema_version, data, metadata, recorded_at)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?) RETURNING position`,
  );
  const { [Symbol.dispose]: closeReader, ...reader } = createSqliteEventReader(db, catalogue, now);
  const lastTime = statements.prepare<{ recorded_at: string }, []>(
    "SELECT recorded_at FROM events ORDER BY position DESC LIMIT 1",
  );
  const ownerMoved = statements.prepare<{ position: number }, [number, string, string | null]>(
    `SELECT position FROM events INDEXED BY events_owner WHERE position > ?1 AND ${OWNER_OF_EVENT} = ?2
       AND (?3 IS NULL OR type IN (SELECT value FROM json_each(?3))) ORDER BY position LIMIT 1`,
  );
  // Before the head is read: the first poll must find commits between the two.
  const othersCommitted = createCommitWatch(statements);
  const listeners = createListeners(headOf(db), onError);

  function writeOne(write: StreamWrite, { metadataText, recordedAt }: Circumstances): RecordedEvent[] {
    const actual = lastVersion.get(write.stream)?.version ?? 0;
    if (!isExpected(write.expected, actual)) throw new VersionConflict(write, actual);
    return write.events.map((event, index) => {
      catalogue.check(event);
      const { stream } = write;
      const { type, schemaVersion } = event;
      const version = actual + index + 1;
      const id = newId();
      const data = JSON.stringify(event.data);
      const row = insert.get(id, stream, version, type, schemaVersion, data, metadataText, recordedAt);
      if (!row) throw new Error(`Cannot append to ${stream}: SQLite returned no position`);
      const { position } = row;
      const written = { position, id, stream, version, type, schema_version: schemaVersion };
      chain.extend([{ ...written, data, metadata: metadataText, recorded_at: recordedAt }]);
      // Projections get the values of the log, not those of the caller: JSON drops undefined and converts a Date.
      const stored = { data: JSON.parse(data), metadata: JSON.parse(metadataText) };
      return { position, id, stream, version, type, schemaVersion, ...stored, recordedAt };
    });
  }

  function assertHolds(condition: AppendCondition): void {
    if ("stream" in condition) {
      const actual = lastVersion.get(condition.stream)?.version ?? 0;
      if (!isExpected(condition.expected, actual)) throw new StaleDecision(condition, actual);
      return;
    }
    const { owner, unchangedSince, types } = condition;
    const moved = ownerMoved.get(unchangedSince, owner, types ? JSON.stringify(types) : null);
    if (moved) throw new StaleDecision(condition, moved.position);
  }

  const appendAll = db.transaction(
    (writes: readonly StreamWrite[], metadata: EventMetadata, { conditions = [], limits = [] }: AppendOptions) => {
      conditions.forEach(assertHolds);
      const circumstances = {
        recordedAt: nextTime(now(), lastTime.get()?.recorded_at),
        metadataText: JSON.stringify(metadata),
      };
      const recorded = writes.flatMap((write) => writeOne(write, circumstances));
      projector.apply(recorded);
      assertWithin(limits, measures);
      return recorded;
    },
  );

  /** Appends in one transaction; returns null while another process has the write lock. */
  function tryAppend(
    writes: readonly StreamWrite[],
    metadata: EventMetadata,
    options: AppendOptions,
  ): readonly RecordedEvent[] | null {
    const isEssential = writes.every(({ events }) => catalogue.areEssential(events));
    if (!isEssential) reserve?.checkRoom("write to the event log");
    try {
      return appendAll.immediate(writes, metadata, options);
    } catch (error) {
      if (isBusy(error)) return null;
      if (isEssential && shortageOf(error) !== undefined && reserve?.release())
        return tryAppend(writes, metadata, options);
      throw asUnavailable(error, "write to the event log");
    }
  }

  /** Delivers the events that were committed since the last time, also by other processes, in order. */
  function catchUp(): void {
    for (;;) {
      const events = readEvents(db, catalogue, {
        after: listeners.lastPosition,
        limit: TAIL_BATCH,
        maxBytes: TAIL_BYTES,
      });
      if (events.length === 0) return;
      listeners.notify(events);
    }
  }

  /**
   * Runs an action after a commit. Its failure cannot undo the commit, so it must not reject the append or end the
   * process.
   */
  function guarded(action: () => void): void {
    try {
      action();
    } catch (error) {
      onError(error);
    }
  }

  const poll = setInterval(
    () =>
      guarded(() => {
        if (othersCommitted()) catchUp();
      }),
    pollMs,
  );
  poll.unref();

  return {
    async append(writes, metadata, options = {}) {
      if (!metadataCheck.Check(metadata)) throw new Error("Cannot append: the metadata does not fit its schema");
      const all = "stream" in writes ? [writes] : writes;
      const end = performance.now() + patienceMs;
      let recorded = tryAppend(all, metadata, options);
      while (!recorded) {
        if (performance.now() >= end) {
          throw new AppError("unavailable", "Cannot write to the event log: another process keeps it locked");
        }
        await Bun.sleep(RETRY_MS);
        recorded = tryAppend(all, metadata, options);
      }
      const done = recorded;
      const isNext = done[0]?.position === listeners.lastPosition + 1;
      guarded(() => (isNext ? listeners.notify(done) : catchUp()));
      return done;
    },
    ...reader,
    subscribe(listener) {
      return listeners.add(listener);
    },
    // At most one server uses a data directory (server.lock).
    claims: createLocalClaims(),
    close() {
      clearInterval(poll);
      listeners.clear();
      chain[Symbol.dispose]();
      closeReader();
      statements[Symbol.dispose]();
    },
  };
}
