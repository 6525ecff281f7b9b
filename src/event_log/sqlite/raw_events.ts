import type { Database, SQLQueryBindings } from "bun:sqlite";
import { EVENT_COLUMNS, type EventRow } from "./read_events.ts";

/** An event as it was written, in its original schema version, even if this release cannot read it. */
export interface StoredEvent {
  readonly position: number;
  readonly id: string;
  readonly stream: string;
  readonly version: number;
  readonly type: string;
  readonly schemaVersion: number;
  /** The parsed data; the text itself when it is not JSON. */
  readonly data: unknown;
  readonly metadata: unknown;
  readonly recordedAt: string;
}

/** The selection of events; absent or empty filters are ignored. */
export interface EventFilter {
  /** Only positions greater than this. */
  readonly after?: number;
  /** Only positions up to this one. */
  readonly until?: number;
  readonly streams?: readonly string[];
  readonly types?: readonly string[];
  readonly owner?: string;
  /** The maximum number of events. */
  readonly limit?: number;
  /** Selects only this many events at the end of all that match. */
  readonly last?: number;
}

const CHUNK = 1_000;

/** Reads stored events in the order of their positions, in chunks, so that no reader delays a checkpoint for long. */
export function* rawEvents(db: Database, filter: EventFilter): Generator<StoredEvent> {
  const { limit = Number.MAX_SAFE_INTEGER, last } = filter;
  let after = filter.after ?? 0;
  if (last !== undefined) after = Math.max(after, startOfLast(db, filter, last));
  for (let left = limit; left > 0; ) {
    const size = Math.min(CHUNK, left);
    const { where, bindings } = conditionOf({ ...filter, after });
    const rows = db
      .query<EventRow, SQLQueryBindings[]>(
        `SELECT ${EVENT_COLUMNS} FROM events WHERE ${where} ORDER BY position LIMIT ?`,
      )
      .all(...bindings, size);
    for (const row of rows) yield storedOf(row);
    after = rows.at(-1)?.position ?? after;
    left -= rows.length;
    if (rows.length < size) return;
  }
}

/** Returns the position before the first of the last matching events. */
function startOfLast(db: Database, filter: EventFilter, last: number): number {
  const { where, bindings } = conditionOf(filter);
  const found = db
    .query<{ position: number }, SQLQueryBindings[]>(
      `SELECT position FROM events WHERE ${where} ORDER BY position DESC LIMIT 1 OFFSET ?`,
    )
    .get(...bindings, last);
  return found?.position ?? 0;
}

function conditionOf({ after = 0, until = Number.MAX_SAFE_INTEGER, streams = [], types = [], owner }: EventFilter) {
  const listed = (column: string, values: readonly string[]) =>
    values.length > 0 ? [`${column} IN (${values.map(() => "?").join(", ")})`] : [];
  const isOwners = "iif(json_valid(metadata), metadata ->> 'owner' = ?, 0)";
  const conditions = [
    "position > ? AND position <= ?",
    ...listed("stream", streams),
    ...listed("type", types),
    ...(owner === undefined ? [] : [isOwners]),
  ];
  const bindings: SQLQueryBindings[] = [after, until, ...streams, ...types, ...(owner === undefined ? [] : [owner])];
  return { where: conditions.join(" AND "), bindings };
}

function storedOf(row: EventRow): StoredEvent {
  const { schema_version, recorded_at, data, metadata, ...rest } = row;
  return {
    ...rest,
    schemaVersion: schema_version,
    data: parsed(data),
    metadata: parsed(metadata),
    recordedAt: recorded_at,
  };
}

/** Parses JSON; returns the text itself for a damaged event. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
