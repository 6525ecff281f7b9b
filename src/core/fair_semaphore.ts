import { fairScheduler, type OwnedItem } from "./fair_scheduler.ts";

/** A semaphore that is fair between owners. */
export interface FairSemaphore {
  /**
   * Waits for a slot; disposing of the result frees it.
   *
   * @throws the signal's reason, when the signal aborts first
   */
  enter(owner: string, signal: AbortSignal): Promise<Disposable>;
}

interface Waiter extends OwnedItem {
  readonly admit: () => void;
}

/**
 * Creates a semaphore.
 *
 * @param options.atOnce slots that one owner may have at once; default: all
 */
export function createFairSemaphore(
  slots: number,
  { atOnce = slots }: { readonly atOnce?: number } = {},
): FairSemaphore {
  /** In the order of their arrival; a waiter stays here while it has its slot. */
  const waiters = new Set<Waiter>();
  const inside = new Set<Waiter>();
  let arrivals = 0;
  const scheduler = fairScheduler<Waiter>({ waiting, oldestOf }, { concurrency: slots, atOnce: () => atOnce });

  function waiting() {
    const oldest = new Map<string, number>();
    for (const { owner, position } of waiters) if (!oldest.has(owner)) oldest.set(owner, position);
    return Array.from(oldest, ([owner, position]) => ({ owner, oldest: position }));
  }

  function oldestOf(owner: string, limit: number): Waiter[] {
    return waiters
      .values()
      .filter((waiter) => waiter.owner === owner)
      .take(limit)
      .toArray();
  }

  function admitNext(): void {
    for (const waiter of scheduler.next({ inHand: [...inside], resting: [] })) {
      inside.add(waiter);
      waiter.admit();
    }
  }

  return {
    async enter(owner, signal) {
      signal.throwIfAborted();
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      const waiter = { owner, position: ++arrivals, admit: resolve };
      const leave = () => {
        waiters.delete(waiter);
        inside.delete(waiter);
        admitNext();
      };
      const abort = () => {
        reject(signal.reason);
        leave();
      };
      waiters.add(waiter);
      signal.addEventListener("abort", abort, { once: true });
      admitNext();
      try {
        await promise;
        // An abort between the admission and this line has given the slot up already.
        signal.throwIfAborted();
      } finally {
        signal.removeEventListener("abort", abort);
      }
      return { [Symbol.dispose]: leave };
    },
  };
}
