import { Database } from "bun:sqlite";
import { type BunSQLiteDatabase, drizzle } from "drizzle-orm/bun-sqlite";
import { createTable, trackStatements } from "../../database/mod.ts";
import type { RecordedEvent } from "../event.ts";
import type { Projection } from "./projection.ts";
import { applyEvents } from "./projector.ts";
import { createTableWriter } from "./table_writer.ts";

/** Read tables in memory that hold only the given events during a query. */
export interface InMemoryProjections extends Disposable {
  /** The database for queries within `look`. */
  readonly read: BunSQLiteDatabase;
  /**
   * Applies events to empty tables with the real projections, runs the query, and clears the tables.
   *
   * @param look called once after all events; it reads synchronously
   */
  after<Seen>(events: readonly RecordedEvent[], look: () => Seen): Seen;
  /** Works like {@linkcode after}, with a query after each event. */
  afterEach<Seen>(events: readonly RecordedEvent[], look: (event: RecordedEvent) => Seen): Seen[];
}

/**
 * Creates tables in memory to read the state after some events. The handlers, tables and queries are those of the live
 * tables, so each event has only one interpretation.
 */
export function createInMemoryProjections(projections: readonly Projection[]): InMemoryProjections {
  const db = new Database(":memory:", { strict: true });
  for (const table of projections.flatMap(({ tables }) => tables)) createTable(db, table);
  const statements = trackStatements(db);
  const runners = projections.map((projection) => ({
    projection,
    rows: createTableWriter(statements, { tables: projection.tables }),
  }));

  function apply(events: readonly RecordedEvent[]): void {
    for (const { projection, rows } of runners) applyEvents(projection, rows, events);
  }

  /** Everything happens within one turn of the event loop, so all callers can share one scratch database. */
  function forgetting<Result>(act: () => Result): Result {
    db.run("BEGIN");
    try {
      return act();
    } finally {
      db.run("ROLLBACK");
    }
  }

  return {
    read: drizzle(db),
    after: (events, look) =>
      forgetting(() => {
        apply(events);
        return look();
      }),
    afterEach: (events, look) =>
      forgetting(() =>
        events.map((event) => {
          apply([event]);
          return look(event);
        }),
      ),
    [Symbol.dispose]() {
      statements[Symbol.dispose]();
      db.close();
    },
  };
}
