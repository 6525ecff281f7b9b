import type { Database } from "bun:sqlite";
import { trackStatements } from "../../database/mod.ts";
import type { EventCatalogue } from "../event_catalogue.ts";
import type { EventReader } from "../event_log.ts";
import { positionAt } from "../position_at.ts";
import { takeBytes } from "../take_bytes.ts";
import { EVENT_COLUMNS, type EventRow, eventOf, headOf, readEvents } from "./read_events.ts";

/** Creates the reader of a log, whose database may be open for reading only. */
export function createSqliteEventReader(
  db: Database,
  catalogue: EventCatalogue,
  now: () => Date = () => new Date(),
): EventReader & Disposable {
  const statements = trackStatements(db);
  const lastVersion = statements.prepare<{ version: number | null }, [string]>(
    "SELECT max(version) AS version FROM events WHERE stream = ?",
  );
  const streamQuery = statements.prepare<EventRow, [string]>(
    `SELECT ${EVENT_COLUMNS} FROM events WHERE stream = ? ORDER BY version`,
  );
  const rangeQuery = statements.prepare<EventRow, [string, number, number]>(
    `SELECT ${EVENT_COLUMNS} FROM events WHERE stream = ? AND version > ? ORDER BY version LIMIT ?`,
  );
  // The next event stands in for one that was removed.
  const timeFrom = statements.prepare<{ recorded_at: string }, [number]>(
    "SELECT recorded_at FROM events WHERE position >= ? ORDER BY position LIMIT 1",
  );

  return {
    readStream(stream, range) {
      const rows = () =>
        range
          ? takeBytes(rangeQuery.iterate(stream, range.after, range.limit), range.maxBytes)
          : streamQuery.all(stream);
      return Promise.try(() => rows().map((row) => eventOf(row, catalogue)));
    },
    versionOf(stream) {
      return Promise.try(() => lastVersion.get(stream)?.version ?? 0);
    },
    read(options) {
      return Promise.try(() => readEvents(db, catalogue, options));
    },
    head() {
      return Promise.try(() => headOf(db));
    },
    positionAt(time, at = now()) {
      const timeAt = (position: number) => timeFrom.get(position)?.recorded_at ?? "";
      return Promise.try(() => positionAt(time, { head: headOf(db), timeAt }, at));
    },
    [Symbol.dispose]: () => statements[Symbol.dispose](),
  };
}
