import type { RecordedEvent } from "./event.ts";

/** Returns the creation time of an event's resource; for an imported one, the time in its source system. RFC 3339. */
export function createdAtOf({ metadata: { imported }, recordedAt }: RecordedEvent): string {
  return imported?.createdAt ?? recordedAt;
}

/** Returns the time of a change by an event; for an imported resource, the time in its source system. RFC 3339. */
export function changedAtOf({ metadata: { imported }, recordedAt }: RecordedEvent): string {
  return imported?.updatedAt ?? imported?.createdAt ?? recordedAt;
}

/** Returns the time of the next event: the clock's, but never before the last event's, so times and positions agree. */
export function nextTime(clock: Date, last = ""): string {
  const current = clock.toISOString();
  if (last > current) return last;
  return current;
}
