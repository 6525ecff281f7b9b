import type { RecordedEvent } from "../event.ts";
import type { LogListener } from "../event_log.ts";

/** The listeners that receive commits. */
export interface Listeners {
  /** The last position that was passed to `tell`, or the initial position. */
  readonly told: number;
  add(listener: LogListener): () => void;
  /** Calls every listener, in the order of the positions, even when one of them appends. */
  tell(events: readonly RecordedEvent[]): void;
  clear(): void;
}

/**
 * Creates an empty list of listeners.
 *
 * @param from the position before the first event to deliver
 * @param onError receives the error of a listener that threw; the event is in the log, and the other listeners are
 *   called
 */
export function createListeners(from: number, onError: (error: unknown) => void): Listeners {
  const entries = new Set<{ readonly listener: LogListener; readonly after: number }>();
  const waiting: (readonly RecordedEvent[])[] = [];
  let told = from;
  let telling = false;

  function hand(events: readonly RecordedEvent[]): void {
    const last = events.at(-1)?.position ?? 0;
    for (const entry of [...entries]) {
      if (last <= entry.after || !entries.has(entry)) continue;
      try {
        entry.listener(events);
      } catch (error) {
        onError(error);
      }
    }
  }

  return {
    get told() {
      return told;
    },
    add(listener) {
      const entry = { listener, after: told };
      entries.add(entry);
      return () => entries.delete(entry);
    },
    tell(events) {
      const last = events.at(-1);
      if (!last) return;
      told = last.position;
      waiting.push(events);
      // A listener that appends gets here again: its events wait until all listeners have received the earlier ones.
      if (telling) return;
      telling = true;
      for (let next = waiting.shift(); next; next = waiting.shift()) hand(next);
      telling = false;
    },
    clear: () => entries.clear(),
  };
}
