import type { Database } from "bun:sqlite";
import { trackStatements } from "../../database/mod.ts";
import type { EventCatalogue } from "../event_catalogue.ts";
import type { EventReader } from "../event_log.ts";
import { EVENT_COLUMNS, type EventRow, eventOf, headOf, readEvents } from "./read_events.ts";
import { takeBytes } from "./take_bytes.ts";

/** Creates the reader of a log, whose database may be open for reading only. */
export function createSqliteEventReader(db: Database, catalogue: EventCatalogue): EventReader & Disposable {
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
    [Symbol.dispose]: () => statements[Symbol.dispose](),
  };
}
