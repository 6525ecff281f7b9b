import { type EventType, isRecorded, type Recorded, type RecordedEvent } from "../event_log/mod.ts";

/** The description of one event type for people. */
export interface EventDescription {
  readonly type: string;
  /** Returns one sentence about the event, without a full stop. The actor is shown beside it. */
  sentence(event: RecordedEvent): string;
  /** Returns the event's data for responses, without internal or secret fields. */
  data(event: RecordedEvent): unknown;
}

/** The descriptions of a slice's events, by event type. */
export type EventDescriptions = Readonly<Record<string, EventDescription>>;

/**
 * Creates the description of an event type.
 *
 * @param say returns the sentence
 * @param answered returns the data for responses, where some of it is secret; all of it when absent
 *
 * @example A type of the slice that is left out is a compile error
 * ```ts
 * const NoteTaken = defineEvent("NoteTaken", 1, "Somebody took a note.", Type.Object({ text: Type.String() }));
 * export const noteDescriptions = {
 *   NoteTaken: describeEvent(NoteTaken, ({ data }) => `The note ${quoted(data.text)} was taken`),
 * } satisfies Record<EventOf<typeof NoteTaken>["type"], EventDescription>;
 * ```
 */
export function describeEvent<Declared extends EventType>(
  declared: Declared,
  say: (event: Recorded<Declared>) => string,
  answered?: (event: Recorded<Declared>) => unknown,
): EventDescription {
  function ofDeclared<Told>(event: RecordedEvent, describe: (event: Recorded<Declared>) => Told): Told {
    if (!isRecorded(declared, event)) throw new Error(`Cannot describe ${event.type} as ${declared.type}`);
    return describe(event);
  }
  return {
    type: declared.type,
    sentence: (event) => ofDeclared(event, say),
    data: (event) => (answered ? ofDeclared(event, answered) : event.data),
  };
}
