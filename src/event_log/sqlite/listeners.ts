import type { RecordedEvent } from "../event.ts";
import type { LogListener } from "../event_log.ts";

/** Who is told of commits. */
export interface Listeners {
  /** The last position that was handed to `tell`, or that the listeners began at. */
  readonly told: number;
  add(listener: LogListener): () => void;
  /** Tells every listener, in the order of the positions, also when one of them appends. */
  tell(events: readonly RecordedEvent[]): void;
  clear(): void;
}

/**
 * Makes an empty list of listeners.
 *
 * @param from the position before the first that is told
 * @param onError told of a listener that threw; the event is in the log all the same, and the others are told
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
      // A listener that appends comes here again: its events wait until all have heard the ones before.
      if (telling) return;
      telling = true;
      for (let next = waiting.shift(); next; next = waiting.shift()) hand(next);
      telling = false;
    },
    clear: () => entries.clear(),
  };
}
