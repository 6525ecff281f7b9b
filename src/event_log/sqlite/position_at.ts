import type { Database } from "bun:sqlite";
import { headOf } from "./read_events.ts";

/**
 * Returns the position of the log at a time: that of the last event before the first one that was recorded later. For a
 * time from now on it is the head, because a clock that was set back is behind the times of the log. Positions order
 * the log, not times: a clock may have gone backwards.
 */
export function positionAt(db: Database, time: Date, now: Date = new Date()): number {
  if (time >= now) return headOf(db);
  const later = db.query<{ position: number }, [string]>(
    "SELECT position FROM events WHERE recorded_at > ? ORDER BY position LIMIT 1",
  );
  const found = later.get(time.toISOString());
  return found ? found.position - 1 : headOf(db);
}
