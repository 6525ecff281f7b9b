import { text } from "drizzle-orm/sqlite-core";
import type { RecordedEvent } from "../event.ts";
import type { EventMetadata } from "../metadata.ts";

/** Creates the columns of a todo table that store the origin of the work. */
export function causationColumns() {
  return {
    owner: text().notNull(),
    causationId: text("causation_id").notNull(),
    correlationId: text("correlation_id").notNull(),
    requestId: text("request_id"),
  };
}

/** The origin of a piece of work. */
export interface Causation {
  readonly owner: string;
  readonly causationId: string;
  readonly correlationId: string;
  readonly requestId: string | null;
}

/** Returns the values of {@linkcode causationColumns} for work that an event requests. */
export function causationOf({ id, metadata }: RecordedEvent): Causation {
  const { owner, correlationId, requestId } = metadata;
  return { owner, causationId: id, correlationId: correlationId ?? id, requestId: requestId ?? null };
}

/** Returns the metadata of the events that a worker appends for a piece of work. */
export function systemMetadata({ owner, causationId, correlationId, requestId }: Causation): EventMetadata {
  return { owner, actor: "system", correlationId, causationId, ...(requestId === null ? {} : { requestId }) };
}
