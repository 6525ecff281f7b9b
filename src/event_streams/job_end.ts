import type { RecordedEvent } from "../event_log/mod.ts";

const ENDINGS: ReadonlySet<string> = new Set(["JobCompleted", "JobFailed", "JobCancelled"]);
/** A failed job is over until somebody retries it. */
const REVIVAL = "JobRetried";

/** When the stream of a job's events is over. */
export interface JobEnd {
  /** The position of the event that ended the job; null while it goes on. */
  readonly position: number | null;
  /** Whether the stream is over after this event: not after a failure that was retried since. */
  readonly endsWith: (event: RecordedEvent) => boolean;
}

/** Reads a job's end off its own events. */
export function jobEndOf(history: readonly RecordedEvent[]): JobEnd {
  const last = history.findLast(({ type }) => ENDINGS.has(type) || type === REVIVAL);
  const position = last && last.type !== REVIVAL ? last.position : null;
  const known = history.at(-1)?.position ?? 0;
  return {
    position,
    endsWith: (event) => ENDINGS.has(event.type) && (event.position === position || event.position > known),
  };
}
