import { Database } from "bun:sqlite";
import { createTable, trackStatements } from "../../database/mod.ts";
import type { EventCatalogue } from "../event_catalogue.ts";
import { headOf, readEvents } from "../sqlite/read_events.ts";
import type { Projection } from "./projection.ts";
import { applyEvents } from "./projector.ts";
import { BATCH_BYTES } from "./rebuild.ts";
import { createTableWriter } from "./table_writer.ts";

/** The tables to fill, and the last position. */
export interface FillOptions {
  readonly projections: readonly Projection[];
  readonly catalogue: EventCatalogue;
  /** The last position to apply. Default: the head. */
  readonly until?: number;
  readonly onProgress?: (position: number, head: number) => void;
}

/** The result of a fill. */
export interface Filled {
  /** The number of events that were read. */
  readonly events: number;
  /** The position of the last event that was applied, 0 when there was none. */
  readonly position: number;
  /** The total time in the handlers of each projection, in milliseconds, by name. */
  readonly spentMs: ReadonlyMap<string, number>;
}

const CHUNK = 2_000;

/** Creates the tables of projections in another, empty database and applies the log to them. The log is only read. */
export function fillTables(live: Database, target: Database, options: FillOptions): Filled {
  const { projections, catalogue, until = Number.MAX_SAFE_INTEGER, onProgress } = options;
  using statements = trackStatements(target);
  for (const table of projections.flatMap(({ tables }) => tables)) createTable(target, table);
  const runners = projections.map((projection) => ({
    projection,
    rows: createTableWriter(statements, { tables: projection.tables }),
  }));
  const spentMs = new Map(projections.map(({ name }) => [name, 0]));
  const head = Math.min(headOf(live), until);
  let position = 0;
  let events = 0;
  const step = target.transaction(() => {
    const chunk = readEvents(live, catalogue, { after: position, upTo: head, limit: CHUNK, maxBytes: BATCH_BYTES });
    for (const { projection, rows } of runners) {
      const begin = performance.now();
      applyEvents(projection, rows, chunk);
      spentMs.set(projection.name, (spentMs.get(projection.name) ?? 0) + performance.now() - begin);
    }
    events += chunk.length;
    position = chunk.at(-1)?.position ?? head;
  });
  while (position < head) {
    step.immediate();
    onProgress?.(position, head);
  }
  return { events, position, spentMs };
}

/** Returns the time that each projection needs for the whole log, in milliseconds by name. Its tables are in memory. */
export function timeProjections(live: Database, options: FillOptions): ReadonlyMap<string, number> {
  using memory = new Database(":memory:", { strict: true });
  return fillTables(live, memory, options).spentMs;
}
