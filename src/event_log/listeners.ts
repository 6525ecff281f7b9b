import type { RecordedEvent } from "./event.ts";
import type { LogListener } from "./event_log.ts";

/** The listeners that receive commits. */
export interface Listeners {
  /** The last position that was passed to `notify`, or the initial position. */
  readonly lastPosition: number;
  add(listener: LogListener): () => void;
  /** Calls every listener, in the order of the positions, even when one of them appends. */
  notify(events: readonly RecordedEvent[]): void;
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
  let lastPosition = from;
  let isNotifying = false;

  function deliver(events: readonly RecordedEvent[]): void {
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
    get lastPosition() {
      return lastPosition;
    },
    add(listener) {
      const entry = { listener, after: lastPosition };
      entries.add(entry);
      return () => entries.delete(entry);
    },
    notify(events) {
      const last = events.at(-1);
      if (!last) return;
      lastPosition = last.position;
      waiting.push(events);
      // A listener that appends gets here again: its events wait until all listeners have received the earlier ones.
      if (isNotifying) return;
      isNotifying = true;
      for (let next = waiting.shift(); next; next = waiting.shift()) deliver(next);
      isNotifying = false;
    },
    clear: () => entries.clear(),
  };
}
