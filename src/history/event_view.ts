import type { Static } from "@sinclair/typebox";
import type { EventType, RecordedEvent } from "../event_log/mod.ts";
import type { EventDescription, EventDescriptions } from "./event_descriptions.ts";
import type { Event } from "./schema.ts";

/** An event as HTTP answers it. */
export type EventView = Static<typeof Event>;

/** Makes the answer of an event. */
export type DescribeEvent = (event: RecordedEvent) => EventView;

/**
 * Makes the teller of all events.
 *
 * @throws {Error} when a declared event has no telling, or one under another name: a bug of ours
 */
export function createDescribeEvent(declared: readonly EventType[], tellings: EventDescriptions): DescribeEvent {
  const byType = new Map<string, EventDescription>();
  for (const { type } of declared) {
    const found = tellings[type];
    if (found?.type !== type) throw new Error(`Cannot tell ${type}: no slice says how`);
    byType.set(type, found);
  }
  return (event) => {
    const told = byType.get(event.type);
    if (!told) throw new Error(`Cannot tell ${event.type}: no slice says how`);
    const { position, id, stream, version, type, recordedAt, metadata } = event;
    return {
      position,
      id,
      stream,
      version,
      type,
      data: told.data(event),
      actor: metadata.actor,
      recordedAt,
      sentence: told.sentence(event),
    };
  };
}
