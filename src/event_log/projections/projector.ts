import type { Database } from "bun:sqlite";
import { trackStatements } from "../../database/mod.ts";
import type { RecordedEvent } from "../event.ts";
import type { Projection } from "./projection.ts";
import { createTableWriter, type TableWriter } from "./table_writer.ts";

/** Updates all projections inside the transaction of an append. */
export interface Projector extends Disposable {
  readonly projections: readonly Projection[];
  apply(events: readonly RecordedEvent[]): void;
}

/** Creates a projector over the live tables of an open database. */
export function createProjector(db: Database, projections: readonly Projection[]): Projector {
  const statements = trackStatements(db);
  const runners = projections.map((projection) => ({
    projection,
    rows: createTableWriter(statements, { tables: projection.tables }),
  }));
  // Every projection is inline, so all of them are at the last event.
  const moved = statements.prepare<never, [number]>("UPDATE projection_checkpoints SET position = ?");

  return {
    projections,
    apply(events) {
      const last = events.at(-1);
      if (!last) return;
      for (const { projection, rows } of runners) applyEvents(projection, rows, events);
      moved.run(last.position);
    },
    [Symbol.dispose]: () => statements[Symbol.dispose](),
  };
}

/** Applies events to a projection, in order. */
export function applyEvents(projection: Projection, rows: TableWriter, events: readonly RecordedEvent[]): void {
  for (const event of events) {
    try {
      projection.apply(rows, event);
    } catch (cause) {
      const why = cause instanceof Error ? cause.message : String(cause);
      throw new Error(`Cannot project ${event.type} at position ${event.position} into ${projection.name}: ${why}`, {
        cause,
      });
    }
  }
}
