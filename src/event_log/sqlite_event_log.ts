import type { Database, SQLQueryBindings } from "bun:sqlite";
import { type Static, Type } from "@sinclair/typebox";
import { TypeCompiler } from "@sinclair/typebox/compiler";
import type { EventCatalogue } from "./catalogue.ts";
import type { EventMetadata, RecordedEvent } from "./event.ts";
import {
  type EventLog,
  isExpected,
  type LogListener,
  type ReadOptions,
  type StreamWrite,
  VersionConflict,
} from "./event_log.ts";
import type { Projector } from "./projector.ts";

/** What the log takes from outside, so that a test can hold it still. */
export interface SqliteEventLogOptions {
  readonly catalogue: EventCatalogue;
  readonly projector: Projector;
  readonly now?: () => Date;
  /** UUIDv7. */
  readonly newId?: () => string;
  /** How often to look for commits of other processes, in milliseconds. */
  readonly pollMs?: number;
}

/** The log in SQLite, and what ends it. */
export interface SqliteEventLog extends EventLog {
  /** Ends the look-out for other processes' commits; the database stays open. */
  close(): void;
}

/** How many events one look at another process's commits hands to the listeners at a time. */
const TAIL_BATCH = 500;

const EventRow = Type.Object({
  position: Type.Integer(),
  id: Type.String(),
  stream: Type.String(),
  version: Type.Integer(),
  type: Type.String(),
  schema_version: Type.Integer(),
  data: Type.String(),
  metadata: Type.String(),
  recorded_at: Type.String(),
});

const COLUMNS = "position, id, stream, version, type, schema_version, data, metadata, recorded_at";

const Metadata = Type.Object({
  owner: Type.String(),
  actor: Type.String(),
  requestId: Type.Optional(Type.String()),
  correlationId: Type.Optional(Type.String()),
  causationId: Type.Optional(Type.String()),
  idempotency: Type.Optional(Type.Object({ key: Type.String(), fingerprint: Type.String() })),
});
const metadataCheck = TypeCompiler.Compile(Metadata);

/**
 * Opens the log over a migrated database.
 *
 * Every append is one IMMEDIATE transaction: a deferred one that reads and then writes fails at once with
 * SQLITE_BUSY_SNAPSHOT when another process wrote in between.
 */
export function createSqliteEventLog(db: Database, options: SqliteEventLogOptions): SqliteEventLog {
  const { catalogue, projector, now = () => new Date(), newId = () => Bun.randomUUIDv7(), pollMs = 250 } = options;
  const listeners = new Set<LogListener>();
  const lastVersion = db.prepare<{ version: number | null }, [string]>(
    "SELECT max(version) AS version FROM events WHERE stream = ?",
  );
  const insert = db.prepare<{ position: number }, SQLQueryBindings[]>(
    `INSERT INTO events (id, stream, version, type, schema_version, data, metadata, recorded_at)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?) RETURNING position`,
  );
  const headQuery = db.prepare<{ head: number | null }, []>("SELECT max(position) AS head FROM events");
  const streamQuery = db.prepare<Static<typeof EventRow>, [string]>(
    `SELECT ${COLUMNS} FROM events WHERE stream = ? ORDER BY version`,
  );
  const dataVersion = db.prepare<{ data_version: number }, []>("PRAGMA data_version");

  /** The last position that the listeners have been told of. */
  let told = headQuery.get()?.head ?? 0;
  let seenDataVersion = dataVersion.get()?.data_version;

  function writeOne(write: StreamWrite, metadata: EventMetadata, recordedAt: string): RecordedEvent[] {
    const actual = lastVersion.get(write.stream)?.version ?? 0;
    if (!isExpected(write.expected, actual)) throw new VersionConflict(write, actual);
    const metadataText = JSON.stringify(metadata);
    return write.events.map((event, index) => {
      catalogue.check(event);
      const version = actual + index + 1;
      const id = newId();
      const { type, schemaVersion } = event;
      const data = JSON.stringify(event.data);
      const row = insert.get(id, write.stream, version, type, schemaVersion, data, metadataText, recordedAt);
      if (!row) throw new Error(`Cannot append to ${write.stream}: SQLite returned no position`);
      // Projections get what the log has, not what the caller holds: an undefined or a Date is gone after JSON.
      return {
        position: row.position,
        id,
        stream: write.stream,
        version,
        type,
        schemaVersion,
        data: JSON.parse(data),
        metadata: JSON.parse(metadataText),
        recordedAt,
      };
    });
  }

  const appendAll = db.transaction((writes: readonly StreamWrite[], metadata: EventMetadata) => {
    const recordedAt = now().toISOString();
    const recorded = writes.flatMap((write) => writeOne(write, metadata, recordedAt));
    projector.apply(recorded);
    return recorded;
  });

  function tell(events: readonly RecordedEvent[]): void {
    const last = events.at(-1);
    if (!last) return;
    told = last.position;
    for (const listener of [...listeners]) listener(events);
  }

  /** Tells what other processes committed since the last time, in order and before anything newer. */
  function catchUp(): void {
    for (;;) {
      const events = readEvents(db, catalogue, { after: told, limit: TAIL_BATCH });
      tell(events);
      if (events.length < TAIL_BATCH) return;
    }
  }

  const poll = setInterval(() => {
    const version = dataVersion.get()?.data_version;
    if (version === seenDataVersion) return;
    seenDataVersion = version;
    catchUp();
  }, pollMs);
  poll.unref();

  return {
    append(writes, metadata) {
      return Promise.try(() => {
        if (!metadataCheck.Check(metadata)) throw new Error("Cannot append: the metadata does not fit its schema");
        const recorded = appendAll.immediate("stream" in writes ? [writes] : writes, metadata);
        const first = recorded[0];
        if (first && first.position > told + 1) catchUp();
        else tell(recorded);
        return recorded;
      });
    },
    readStream(stream) {
      return Promise.try(() => streamQuery.all(stream).map((row) => fromRow(catalogue, row)));
    },
    read(readOptions) {
      return Promise.try(() => readEvents(db, catalogue, readOptions));
    },
    head() {
      return Promise.try(() => headQuery.get()?.head ?? 0);
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close() {
      clearInterval(poll);
      listeners.clear();
    },
  };
}

/** Reads events in the order of their positions, upcast to the newest version of their types. */
export function readEvents(db: Database, catalogue: EventCatalogue, options: ReadOptions): RecordedEvent[] {
  const { after, limit, streams, types } = options;
  const conditions = ["position > ?"];
  const bindings: SQLQueryBindings[] = [after];
  for (const [column, values] of [
    ["stream", streams],
    ["type", types],
  ] as const) {
    if (!values) continue;
    conditions.push(`${column} IN (${values.map(() => "?").join(", ")})`);
    bindings.push(...values);
  }
  return db
    .query<Static<typeof EventRow>, SQLQueryBindings[]>(
      `SELECT ${COLUMNS} FROM events WHERE ${conditions.join(" AND ")} ORDER BY position LIMIT ?`,
    )
    .all(...bindings, limit)
    .map((row) => fromRow(catalogue, row));
}

function fromRow(catalogue: EventCatalogue, row: Static<typeof EventRow>): RecordedEvent {
  const stored = catalogue.upcast({ type: row.type, schemaVersion: row.schema_version, data: JSON.parse(row.data) });
  return {
    ...stored,
    position: row.position,
    id: row.id,
    stream: row.stream,
    version: row.version,
    metadata: JSON.parse(row.metadata),
    recordedAt: row.recorded_at,
  };
}
