import type { RecordedEvent } from "../event_log/mod.ts";
import { JobCancelled, JobCompleted, JobFailed, JobRetried } from "./events.ts";

/** The last events of a job; a failed one continues after a retry. */
const ENDINGS: ReadonlySet<string> = new Set([JobCompleted.type, JobFailed.type, JobCancelled.type]);

/** The end of a job's stream of events. */
export interface JobEnd {
  /** The position of the event that ended the job; null while it is in progress. */
  readonly position: number | null;
  /** Returns whether an event ends the stream; a failure that was retried since does not. */
  readonly endsWith: (event: RecordedEvent) => boolean;
}

/** Finds the end of a job in its events. */
export function jobEndOf(history: readonly RecordedEvent[]): JobEnd {
  const last = history.findLast(({ type }) => ENDINGS.has(type) || type === JobRetried.type);
  const position = last && last.type !== JobRetried.type ? last.position : null;
  const known = history.at(-1)?.position ?? 0;
  return {
    position,
    endsWith: (event) => ENDINGS.has(event.type) && (event.position === position || event.position > known),
  };
}
