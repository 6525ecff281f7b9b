import type { Database, SQLQueryBindings } from "bun:sqlite";
import type { EventCatalogue } from "./catalogue.ts";
import type { RecordedEvent } from "./event.ts";
import type { ReadOptions } from "./event_log.ts";
import type { EventMetadata } from "./metadata.ts";

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

/** Reads events in the order of their positions, upcast to the newest version of their types. */
export function readEvents(db: Database, catalogue: EventCatalogue, options: ReadOptions): RecordedEvent[] {
  const { after, upTo = Number.MAX_SAFE_INTEGER, limit, streams, types } = options;
  const filters = [
    { column: "stream", values: streams },
    { column: "type", values: types },
  ].flatMap(({ column, values }) => (values ? [{ column, values }] : []));
  const conditions = filters.map(({ column, values }) => ` AND ${column} IN (${values.map(() => "?").join(", ")})`);
  const bindings: SQLQueryBindings[] = [after, upTo, ...filters.flatMap(({ values }) => values), limit];
  const metadataOf = metadataReader();
  return db
    .query<EventRow, SQLQueryBindings[]>(
      `SELECT ${EVENT_COLUMNS} FROM events WHERE position > ? AND position <= ?${conditions.join("")} ORDER BY position LIMIT ?`,
    )
    .all(...bindings)
    .map((row) => eventOf(row, catalogue, metadataOf));
}

/** Reads metadata, and what is the same text as the one before only once: the events of one cause stand together. */
function metadataReader(): (text: string) => EventMetadata {
  let last: { readonly text: string; readonly metadata: EventMetadata } | undefined;
  return (text) => {
    if (!last || last.text !== text) last = { text, metadata: JSON.parse(text) };
    return last.metadata;
  };
}

/**
 * The event that a row holds.
 *
 * @throws {Error} one sentence with its position, when this release does not know its type or version, or it is damaged
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

/** The position of the last event, 0 when there is none. */
export function headOf(db: Database): number {
  return db.query<{ head: number }, []>("SELECT coalesce(max(position), 0) AS head FROM events").get()?.head ?? 0;
}
