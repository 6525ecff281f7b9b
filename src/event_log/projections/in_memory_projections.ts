import { Database } from "bun:sqlite";
import { type BunSQLiteDatabase, drizzle } from "drizzle-orm/bun-sqlite";
import { createTable, trackStatements } from "../../database/mod.ts";
import type { RecordedEvent } from "../event.ts";
import type { Projection } from "./projection.ts";
import { applyEvents } from "./projector.ts";
import { createTableWriter } from "./table_writer.ts";

/** Read tables in memory that hold nothing but what a look is given. */
export interface InMemoryProjections extends Disposable {
  /** For queries within a look. */
  readonly read: BunSQLiteDatabase;
  /**
   * Applies events to empty tables by the projections themselves, looks, and forgets.
   *
   * @param look called once after all; it reads synchronously
   */
  after<Seen>(events: readonly RecordedEvent[], look: () => Seen): Seen;
  /** As {@linkcode after}, with a look after each event. */
  afterEach<Seen>(events: readonly RecordedEvent[], look: (event: RecordedEvent) => Seen): Seen[];
}

/**
 * Makes tables in memory to see what the read side would say after some events: the same handlers, tables and queries
 * as ever, so that there is no second account of what an event means.
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

  /** All of it happens within one turn of the event loop, so one scratch serves everybody. */
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
