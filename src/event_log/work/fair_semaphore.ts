import { fairScheduler, type OwnedTodo } from "./fair_scheduler.ts";

/** A line of callers before a few places, in which owners take turns. */
export interface FairSemaphore {
  /**
   * Waits for a place, which is free again when the result is disposed of.
   *
   * @throws the signal's reason, when it comes first
   */
  enter(owner: string, signal: AbortSignal): Promise<Disposable>;
}

interface Visitor extends OwnedTodo {
  readonly letIn: () => void;
}

/**
 * Opens a line before so many places.
 *
 * @param options.atOnce how many of them one owner may have at once; by default all
 */
export function createFairSemaphore(
  places: number,
  { atOnce = places }: { readonly atOnce?: number } = {},
): FairSemaphore {
  /** In the order in which they came. */
  const visitors = new Set<Visitor>();
  const inside = new Set<Visitor>();
  let numbers = 0;
  const turns = fairScheduler<Visitor>({ has, waiting, oldestOf }, { concurrency: places, atOnce: () => atOnce });

  function has({ position }: OwnedTodo): boolean {
    return visitors.values().some((visitor) => visitor.position === position);
  }

  function waiting() {
    const oldest = new Map<string, number>();
    for (const { owner, position } of visitors) if (!oldest.has(owner)) oldest.set(owner, position);
    return Array.from(oldest, ([owner, position]) => ({ owner, oldest: position }));
  }

  function oldestOf(owner: string, limit: number): Visitor[] {
    return visitors
      .values()
      .filter((visitor) => visitor.owner === owner)
      .take(limit)
      .toArray();
  }

  function admit(): void {
    for (const visitor of turns.next({ inHand: [...inside], resting: [] })) {
      inside.add(visitor);
      visitor.letIn();
    }
  }

  return {
    async enter(owner, signal) {
      signal.throwIfAborted();
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      const visitor = { owner, position: ++numbers, letIn: resolve };
      const leave = () => {
        visitors.delete(visitor);
        inside.delete(visitor);
        admit();
      };
      const giveUp = () => {
        reject(signal.reason);
        leave();
      };
      visitors.add(visitor);
      signal.addEventListener("abort", giveUp, { once: true });
      admit();
      try {
        await promise;
        // A signal that came just after the place has given it up again.
        signal.throwIfAborted();
      } finally {
        signal.removeEventListener("abort", giveUp);
      }
      return { [Symbol.dispose]: leave };
    },
  };
}
