import type { Scheduler } from "./todo_worker.ts";

/** A piece of work that an owner has asked for. */
export interface OwnedTodo {
  readonly owner: string;
  /** Of the event that asked for it: no two pieces of work of a table share one, and less is older. */
  readonly position: number;
}

/** What owners wait for. */
export interface TodoQueue<Todo extends OwnedTodo> {
  /** Whether the work is still to be done. */
  has(todo: OwnedTodo): boolean;
  /** Who waits, and since which position. */
  waiting(): readonly Waiting[];
  /** Work of an owner, the oldest first. */
  oldestOf(owner: string, limit: number): readonly Todo[];
}

/** An owner with work that is not settled, be it in hand or not. */
export interface Waiting {
  readonly owner: string;
  readonly oldest: number;
}

/** How the work is shared. */
export interface FairSchedulerOptions {
  /** The places, for all owners together. */
  readonly concurrency: number;
  /** How many of them one owner may have at once. Default: all. */
  readonly atOnce?: () => number;
}

/**
 * Lets owners take turns: each free place goes to the owner who has the fewest, and of those to who got one longest
 * ago. So one who asks for a thousand things does not hold up one who asks for one. What has begun is never stopped.
 */
export function fairScheduler<Todo extends OwnedTodo>(
  queue: TodoQueue<Todo>,
  { concurrency, atOnce = () => concurrency }: FairSchedulerOptions,
): Scheduler<Todo> {
  /** Which of all turns was an owner's last. */
  const lastTurnOf = new Map<string, number>();
  let turns = 0;

  /** The owners who wait, in the order of their turns. */
  function line(inHand: readonly Todo[]): Place<Todo>[] {
    const waiting = queue.waiting();
    // Only a break of all is forgotten: an owner who has no work for a moment would come back as if never served.
    if (waiting.length === 0) lastTurnOf.clear();
    const running = Map.groupBy(inHand, ({ owner }) => owner);
    return waiting
      .map(({ owner, oldest }) => ({ owner, oldest, lastTurn: lastTurnOf.get(owner) ?? 0 }))
      .sort((a, b) => a.lastTurn - b.lastTurn || a.oldest - b.oldest)
      .map(({ owner }) => ({ owner, running: running.get(owner)?.length ?? 0, todos: undefined }));
  }

  return {
    isDue: (todo) => queue.has(todo),
    next({ inHand, resting }) {
      const held = new Set([...inHand, ...resting].map(({ position }) => position));
      const places = line(inHand);
      const chosen: Todo[] = [];
      while (inHand.length + chosen.length < concurrency) {
        const free = places.filter(({ running, todos }) => running < atOnce() && todos?.length !== 0);
        const fewest = Math.min(...free.map(({ running }) => running));
        const place = free.find(({ running }) => running === fewest);
        if (!place) break;
        // What is held stays at the head of its owner's queue and must hide nothing behind it.
        place.todos ??= queue
          .oldestOf(place.owner, concurrency + held.size)
          .filter(({ position }) => !held.has(position));
        const todo = place.todos.shift();
        if (!todo) continue;
        chosen.push(todo);
        place.running++;
        lastTurnOf.set(place.owner, ++turns);
      }
      return chosen;
    },
  };
}

/** An owner in the line. */
interface Place<Todo> {
  readonly owner: string;
  running: number;
  /** Undefined until its turn comes. */
  todos: Todo[] | undefined;
}
