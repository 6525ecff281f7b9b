import type { SQLiteTable } from "drizzle-orm/sqlite-core";
import type { EventType, Recorded, RecordedEvent } from "../event.ts";
import type { TableWriter } from "./table_writer.ts";

/** What a projection does with one event: writes rows of its own tables, by no clock, random or I/O. */
export type ProjectionHandler = (rows: TableWriter, event: RecordedEvent) => void;

/** A read model: events in, rows out. It can be thrown away and built again from the log at any time. */
export interface Projection {
  readonly name: string;
  /** Changed whenever the handlers or tables change; the start rebuilds a projection whose version differs. */
  readonly version: number;
  readonly tables: readonly SQLiteTable[];
  /** The event types that it handles; null when it is given every event. */
  readonly types: readonly string[] | null;
  apply(rows: TableWriter, event: RecordedEvent): void;
}

interface Handler {
  readonly type: string | null;
  readonly handle: ProjectionHandler;
}

/** The tables of a projection, and what it does with which event. */
export interface ProjectionOptions {
  readonly tables: readonly SQLiteTable[];
  readonly on: readonly Handler[];
}

/** Handles the events of one declared type. */
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

/** Handles every event, whatever its type. */
export function whenAny(handle: ProjectionHandler): Handler {
  return { type: null, handle };
}

/** Defines a projection; the rows that its handlers write can only be of `tables`. */
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

/** Whether the event is of the declared type; the log has validated its data on the way in. */
export function isRecorded<Declared extends EventType>(
  declared: Declared,
  event: RecordedEvent,
): event is Recorded<Declared> & RecordedEvent {
  return event.type === declared.type;
}
