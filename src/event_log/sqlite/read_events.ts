import type { Database, SQLQueryBindings } from "bun:sqlite";
import type { RecordedEvent } from "../event.ts";
import type { EventCatalogue } from "../event_catalogue.ts";
import type { ReadOptions } from "../event_log.ts";
import type { EventMetadata } from "../metadata.ts";
import { takeBytes } from "../take_bytes.ts";
import { OWNER_OF_EVENT } from "./tables.ts";

/** A row of the table `events`. */
export interface EventRow {
  readonly position: number;
  readonly id: string;
  readonly stream: string;
  readonly version: number;
  readonly type: string;
  readonly schema_version: number;
  readonly data: string;
  readonly metadata: string;
  readonly recorded_at: string;
}

/** The columns of {@linkcode EventRow}. */
export const EVENT_COLUMNS = "position, id, stream, version, type, schema_version, data, metadata, recorded_at";

/**
 * Reads events in the order of their positions, upcast to the newest version of their types. Indexes alone select them:
 * a row can have a megabyte, and SQLite would read and sort all candidates.
 */
export function readEvents(db: Database, catalogue: EventCatalogue, options: ReadOptions): RecordedEvent[] {
  const { after, upTo = Number.MAX_SAFE_INTEGER, limit, maxBytes } = options;
  const { sql, bindings } = filterOf(options);
  const query = db.query<EventRow, SQLQueryBindings[]>(
    `SELECT ${EVENT_COLUMNS} FROM events WHERE position IN (
       SELECT position FROM events AS e ${sql} ORDER BY position LIMIT ?
     ) ORDER BY position`,
  );
  const metadataOf = metadataReader();
  const rows = query.iterate(after, upTo, ...bindings, limit);
  return takeBytes(rows, maxBytes).map((row) => eventOf(row, catalogue, metadataOf));
}

/** Returns the SQL condition that finds the positions through an index, and its values. */
function filterOf({ owner, streams, types }: ReadOptions): { sql: string; bindings: SQLQueryBindings[] } {
  const filters = [
    { column: "stream", values: streams },
    { column: "type", values: types },
  ].flatMap(({ column, values }) => (values ? [{ column, values }] : []));
  const listed = filters
    .map(({ column, values }) => ` AND ${column} IN (${values.map(() => "?").join(", ")})`)
    .join("");
  const bindings = filters.flatMap(({ values }) => values);
  const range = "position > ? AND position <= ?";
  if (owner === undefined) return { sql: `WHERE ${range}${listed}`, bindings };
  const isOwners = `${OWNER_OF_EVENT} = ?`;
  if (!streams)
    return { sql: `INDEXED BY events_owner WHERE ${range}${listed} AND ${isOwners}`, bindings: [...bindings, owner] };
  const probe = `EXISTS (SELECT 1 FROM events INDEXED BY events_owner WHERE ${isOwners} AND position = e.position)`;
  return {
    sql: `INDEXED BY events_stream_version WHERE ${range}${listed} AND ${probe}`,
    bindings: [...bindings, owner],
  };
}

/**
 * Creates a reader that parses metadata, and the same text only once in a row: the events of one cause are adjacent.
 */
function metadataReader(): (text: string) => EventMetadata {
  let last: { readonly text: string; readonly metadata: EventMetadata } | undefined;
  return (text) => {
    if (!last || last.text !== text) last = { text, metadata: JSON.parse(text) };
    return last.metadata;
  };
}

/**
 * Converts a row to its event.
 *
 * @throws {Error} one sentence with its position, when its type or version is unknown to this release, or it is damaged
 */
export function eventOf(
  row: EventRow,
  catalogue: EventCatalogue,
  metadataOf: (text: string) => EventMetadata = JSON.parse,
): RecordedEvent {
  try {
    return read(row, catalogue, metadataOf);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`Cannot read event ${row.position} (${row.type} of ${row.stream}): ${why}`, { cause });
  }
}

function read(row: EventRow, catalogue: EventCatalogue, metadataOf: (text: string) => EventMetadata): RecordedEvent {
  const { type, schemaVersion, data } = catalogue.upcast({
    type: row.type,
    schemaVersion: row.schema_version,
    data: JSON.parse(row.data),
  });
  return {
    position: row.position,
    id: row.id,
    stream: row.stream,
    version: row.version,
    type,
    schemaVersion,
    data,
    metadata: metadataOf(row.metadata),
    recordedAt: row.recorded_at,
  };
}

/** Returns the position of the last event, 0 when there are no events. */
export function headOf(db: Database): number {
  return db.query<{ head: number }, []>("SELECT coalesce(max(position), 0) AS head FROM events").get()?.head ?? 0;
}
