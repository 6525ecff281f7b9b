import type { RecordedEvent } from "./event.ts";

/** When the thing that an event makes was made: for an imported one, in the system that it comes from. RFC 3339. */
export function createdAtOf({ metadata: { imported }, recordedAt }: RecordedEvent): string {
  return imported?.createdAt ?? recordedAt;
}

/** When the thing that an event changes was changed: for an imported one, in the system that it comes from. RFC 3339. */
export function changedAtOf({ metadata: { imported }, recordedAt }: RecordedEvent): string {
  return imported?.updatedAt ?? imported?.createdAt ?? recordedAt;
}

/** The time of the next event: the clock's, but never before the last event's, so that times and positions agree. */
export function nextTime(clock: Date, last = ""): string {
  const current = clock.toISOString();
  if (last > current) return last;
  return current;
}
