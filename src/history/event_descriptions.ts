import { type EventType, isRecorded, type Recorded, type RecordedEvent } from "../event_log/mod.ts";

/** How one type of event is told to people. */
export interface EventDescription {
  readonly type: string;
  /** What happened, in one sentence without a full stop. Who did it stands beside it. */
  sentence(event: RecordedEvent): string;
  /** The event's data as answers carry it: without what only the log may know. */
  data(event: RecordedEvent): unknown;
}

/** What a slice tells, by event type. */
export type EventDescriptions = Readonly<Record<string, EventDescription>>;

/**
 * Says how an event is told.
 *
 * @param say the sentence
 * @param answered the data as answers carry it, where some of it is secret; all of it when absent
 *
 * @example A type of the slice that is left out is a compile error
 * ```ts
 * export const noteTellings = {
 *   NoteTaken: telling(NoteTaken, ({ data }) => `The note ${quoted(data.text)} was taken`),
 * } satisfies Record<NoteEvent["type"], Telling>;
 * ```
 */
export function describeEvent<Declared extends EventType>(
  declared: Declared,
  say: (event: Recorded<Declared>) => string,
  answered?: (event: Recorded<Declared>) => unknown,
): EventDescription {
  function ours<Told>(event: RecordedEvent, tell: (event: Recorded<Declared>) => Told): Told {
    if (!isRecorded(declared, event)) throw new Error(`Cannot tell ${event.type} as ${declared.type}`);
    return tell(event);
  }
  return {
    type: declared.type,
    sentence: (event) => ours(event, say),
    data: (event) => (answered ? ours(event, answered) : event.data),
  };
}
