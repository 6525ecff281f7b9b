import type { SQLiteTable } from "drizzle-orm/sqlite-core";
import type { EventType, Recorded, RecordedEvent } from "../event.ts";
import type { TableWriter } from "./table_writer.ts";

/** The handler of one event: writes rows of the projection's own tables, without clock, randomness or I/O. */
export type ProjectionHandler = (rows: TableWriter, event: RecordedEvent) => void;

/** A read model: events in, rows out. It can be deleted and rebuilt from the log at any time. */
export interface Projection {
  readonly name: string;
  /**
   * The version, changed whenever the handlers or tables change; the start rebuilds a projection whose version differs.
   */
  readonly version: number;
  readonly tables: readonly SQLiteTable[];
  /** The event types that it handles; null for every event. */
  readonly types: readonly string[] | null;
  apply(rows: TableWriter, event: RecordedEvent): void;
}

interface Handler {
  readonly type: string | null;
  readonly handle: ProjectionHandler;
}

/** The tables and event handlers of a projection. */
export interface ProjectionOptions {
  readonly tables: readonly SQLiteTable[];
  readonly on: readonly Handler[];
}

/** Creates a handler for the events of one declared type. */
export function when<Declared extends EventType>(
  declared: Declared,
  handle: (rows: TableWriter, event: Recorded<Declared>) => void,
): Handler {
  return {
    type: declared.type,
    handle: (rows, event) => {
      if (isRecorded(declared, event)) handle(rows, event);
    },
  };
}

/** Creates a handler for events of every type. */
export function whenAny(handle: ProjectionHandler): Handler {
  return { type: null, handle };
}

/** Defines a projection; its handlers can only write rows of `tables`. */
export function defineProjection(name: string, version: number, { tables, on }: ProjectionOptions): Projection {
  const always = on.filter(({ type }) => type === null).map(({ handle }) => handle);
  const byType = Map.groupBy(on, ({ type }) => type);
  return {
    name,
    version,
    tables,
    types: always.length > 0 ? null : [...new Set(on.flatMap(({ type }) => type ?? []))],
    apply(rows, event) {
      for (const handle of always) handle(rows, event);
      for (const { handle } of byType.get(event.type) ?? []) handle(rows, event);
    },
  };
}

/** Returns true when the event is of the declared type; the log has validated its data on append. */
export function isRecorded<Declared extends EventType>(
  declared: Declared,
  event: RecordedEvent,
): event is Recorded<Declared> & RecordedEvent {
  return event.type === declared.type;
}
