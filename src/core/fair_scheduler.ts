/** An item in the queue of an owner. */
export interface OwnedItem {
  readonly owner: string;
  /** The order of arrival; no two items of a queue share one. */
  readonly position: number;
}

/** Items in the order of their arrival, by owner. */
export interface OwnedQueue<Item extends OwnedItem> {
  /** Every owner with an item in the queue, in hand or not. */
  waiting(): readonly WaitingOwner[];
  /** The oldest items of an owner, the oldest first. */
  oldestOf(owner: string, limit: number): readonly Item[];
}

/** An owner with an item in the queue, and the position of its oldest one. */
export interface WaitingOwner {
  readonly owner: string;
  readonly oldest: number;
}

/** The limits of a scheduler. */
export interface FairSchedulerOptions {
  /** Items in hand at once, of all owners together. */
  readonly concurrency: number;
  /** Items in hand at once of one owner. Default: all. */
  readonly atOnce?: (() => number) | undefined;
}

/** Items of the queue that must not be chosen. */
export interface HeldItems<Item> {
  readonly inHand: readonly Item[];
  /** Items that wait for their next attempt; they take no slot. */
  readonly resting: readonly Item[];
}

/** A scheduler that chooses the next items to begin. */
export interface FairScheduler<Item> {
  /** Returns the items to begin now, in this order: none that is held, and no more than there are free slots. */
  next(held: HeldItems<Item>): readonly Item[];
}

/**
 * Creates a scheduler that gives each free slot to the owner with the fewest items in hand, and among those to the one
 * served longest ago. An owner with a thousand items does not hold up an owner with one. Nothing is ever preempted.
 */
export function fairScheduler<Item extends OwnedItem>(
  queue: OwnedQueue<Item>,
  { concurrency, atOnce = () => concurrency }: FairSchedulerOptions,
): FairScheduler<Item> {
  const lastTurnOf = new Map<string, number>();
  let turns = 0;

  function candidates(inHand: readonly Item[]): Candidate<Item>[] {
    const waiting = queue.waiting();
    // Only when nobody waits: an owner whose queue is briefly empty would otherwise come back as if never served.
    if (waiting.length === 0) lastTurnOf.clear();
    const running = Map.groupBy(inHand, ({ owner }) => owner);
    return waiting
      .map(({ owner, oldest }) => ({ owner, oldest, lastTurn: lastTurnOf.get(owner) ?? 0 }))
      .sort((a, b) => a.lastTurn - b.lastTurn || a.oldest - b.oldest)
      .map(({ owner }) => ({ owner, running: running.get(owner)?.length ?? 0, items: undefined }));
  }

  return {
    next({ inHand, resting }) {
      const held = new Set([...inHand, ...resting].map(({ position }) => position));
      const owners = candidates(inHand);
      const chosen: Item[] = [];
      while (inHand.length + chosen.length < concurrency) {
        const free = owners.filter(({ running, items }) => running < atOnce() && items?.length !== 0);
        const fewest = Math.min(...free.map(({ running }) => running));
        const owner = free.find(({ running }) => running === fewest);
        if (!owner) break;
        // Held items stay at the head of their owner's queue and must not hide those behind them.
        owner.items ??= queue
          .oldestOf(owner.owner, concurrency + held.size)
          .filter(({ position }) => !held.has(position));
        const item = owner.items.shift();
        if (!item) continue;
        chosen.push(item);
        owner.running++;
        lastTurnOf.set(owner.owner, ++turns);
      }
      return chosen;
    },
  };
}

interface Candidate<Item> {
  readonly owner: string;
  running: number;
  /** Undefined until the first slot goes to this owner. */
  items: Item[] | undefined;
}
