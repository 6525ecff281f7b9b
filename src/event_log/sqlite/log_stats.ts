import type { Database } from "bun:sqlite";

/** A stream of the log, with its first and last event. */
export interface StreamSummary {
  readonly stream: string;
  readonly events: number;
  readonly firstAt: string;
  readonly lastAt: string;
  readonly lastType: string;
  readonly lastPosition: number;
}

/** The selection of streams to list. */
export interface StreamListOptions {
  /** The part of the names before the first dash, e.g. `job`. Default: all. */
  readonly kind?: string | undefined;
  readonly limit: number;
}

/** The numbers of events by name. */
export type EventCounts = readonly { readonly name: string; readonly n: number }[];

/** The extent of a log. */
export interface LogStats {
  readonly streams: number;
  /** The numbers by type, the most frequent first. */
  readonly byType: EventCounts;
  /** The numbers by day in UTC, `YYYY-MM-DD`, the oldest first. */
  readonly byDay: EventCounts;
}

/** Lists streams, those with the newest events first. */
export function listStreams(db: Database, { kind, limit }: StreamListOptions): StreamSummary[] {
  // Ids are UUIDs and kinds have no dash, so the part before the first dash is the kind.
  return db
    .query<StreamSummary, [string | null, number]>(
      `WITH last AS (
         SELECT stream, count(*) AS events, max(position) AS lastPosition, min(position) AS firstPosition
         FROM events WHERE ?1 IS NULL OR substr(stream, 1, length(?1) + 1) = ?1 || '-'
         GROUP BY stream ORDER BY lastPosition DESC LIMIT ?2)
       SELECT last.stream, last.events, first.recorded_at AS firstAt, final.recorded_at AS lastAt,
         final.type AS lastType, last.lastPosition
       FROM last JOIN events AS first ON first.position = firstPosition
       JOIN events AS final ON final.position = lastPosition ORDER BY lastPosition DESC`,
    )
    .all(kind ?? null, limit);
}

/** Counts the streams and events of a log. */
export function logStats(db: Database): LogStats {
  const counts = (sql: string) => db.query<{ name: string; n: number }, []>(sql).all();
  const streams = db.query<{ n: number }, []>("SELECT count(DISTINCT stream) AS n FROM events").get()?.n ?? 0;
  return {
    streams,
    byType: counts("SELECT type AS name, count(*) AS n FROM events GROUP BY type ORDER BY n DESC, type"),
    byDay: counts("SELECT substr(recorded_at, 1, 10) AS name, count(*) AS n FROM events GROUP BY name ORDER BY name"),
  };
}

/** Returns the time at which an event was recorded; null when there is no event at the position. */
export function recordedAtOf(db: Database, position: number): Date | null {
  const event = db.query<{ recorded_at: string }, [number]>("SELECT recorded_at FROM events WHERE position = ?");
  const found = event.get(position);
  return found && new Date(found.recorded_at);
}
