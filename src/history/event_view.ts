import type { Static } from "@sinclair/typebox";
import type { EventType, RecordedEvent } from "../event_log/mod.ts";
import type { EventDescription, EventDescriptions } from "./event_descriptions.ts";
import type { Event } from "./schema.ts";

/** An event in HTTP responses. */
export type EventView = Static<typeof Event>;

/** Converts an event to its HTTP representation. */
export type DescribeEvent = (event: RecordedEvent) => EventView;

/**
 * Creates the function that describes any declared event.
 *
 * @throws {Error} when a declared event has no description, or one under another name, which is a bug
 */
export function createDescribeEvent(declared: readonly EventType[], descriptions: EventDescriptions): DescribeEvent {
  const byType = new Map<string, EventDescription>();
  for (const { type } of declared) {
    const found = descriptions[type];
    if (found?.type !== type) throw new Error(`Cannot describe ${type}: no slice has a description`);
    byType.set(type, found);
  }
  return (event) => {
    const description = byType.get(event.type);
    if (!description) throw new Error(`Cannot describe ${event.type}: no slice has a description`);
    const { position, id, stream, version, type, recordedAt, metadata } = event;
    return {
      position,
      id,
      stream,
      version,
      type,
      data: description.data(event),
      actor: metadata.actor,
      recordedAt,
      sentence: description.sentence(event),
    };
  };
}
