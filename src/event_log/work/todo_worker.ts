import { isPassing, LostWork } from "../../core/shortage.ts";
import type { EventLog } from "../event_log.ts";

/** A worker in the background; what is left undone at the stop stays in its todo table. */
export interface Worker {
  readonly name: string;
  start(): void;
  /** Aborts what is running and waits for it to end. */
  stop(): Promise<void>;
  /** How many pieces of work are in hand. */
  running(): number;
  /** How many have failed and wait for their next attempt. */
  resting(): number;
}

/** What a worker does, for whom, and how much at once. */
export interface TodoWorkerOptions<Todo> {
  readonly name: string;
  readonly log: EventLog;
  /** Who is next among the rows of the todo table. */
  readonly scheduler: Scheduler<Todo>;
  /** Names a piece of work; when the row of this key goes away, the work is aborted. */
  readonly key: (todo: Todo) => string;
  readonly concurrency: number;
  /** Does the work. It ends in an event, and the event removes the row. */
  readonly perform: (todo: Todo, signal: AbortSignal) => Promise<void>;
  /** Told of each attempt that threw: a bug or a passing fault such as a full disk. */
  readonly onError: (todo: Todo, error: unknown, attempt: number) => void;
  /**
   * Called when the work has thrown too often; it ends in an event, too. {@linkcode LostWork} means that the work took
   * its process with it each time, while other work was done.
   */
  readonly giveUp: (todo: Todo, error: unknown) => Promise<void>;
  /** After so many faults in a row the work is given up; a shortage of this machine is none. */
  readonly attempts?: number;
  /** The wait before the second attempt, doubled for each further one up to a minute, in milliseconds. */
  readonly retryMs?: number;
}

/** Who is next. */
export interface Scheduler<Todo> {
  /** Whether the row is still there. */
  isDue(todo: Todo): boolean;
  /** What to begin now, in this order: nothing that is held, and no more than there are places. */
  next(held: Held<Todo>): readonly Todo[];
}

/** What stays in the todo table and is not to be begun now. */
export interface Held<Todo> {
  readonly inHand: readonly Todo[];
  /** It has failed, and is tried again later. */
  readonly resting: readonly Todo[];
}

interface InHand<Todo> {
  readonly todo: Todo;
  readonly controller: AbortController;
  readonly done: Promise<void>;
}

interface Failure<Todo> {
  readonly todo: Todo;
  /** Throws in a row. */
  readonly count: number;
  /** Those of them that were not a shortage. */
  readonly faults: number;
  /** Those of them that were {@linkcode LostWork}. */
  readonly losses: number;
  /** The losses since which other work was done. */
  readonly blamed: number;
  /** How much was done when it was last blamed. */
  readonly doneThen: number;
  /** The wait before the next attempt is not over. */
  isResting: boolean;
}

/** The longest wait before the next attempt. */
const MAX_PAUSE_MS = 60_000;

/**
 * Work that takes its process with it so often is to blame, when other work was done in between; and at any rate when
 * it was so often in all, which is about an hour: a machine that is short of memory kills processes, too.
 */
const BLAMED_LOSSES = 5;
const MAX_LOSSES = 60;

/**
 * Takes work from a todo table, which is itself a projection: asked for and not settled. So a crash resumes where it
 * was, and a replay repeats nothing, because the outcome is in the log already.
 *
 * What fails for a shortage of this machine (`unavailable`) is tried again for as long as it lasts, with growing pauses:
 * it says nothing about the work.
 */
export function createTodoWorker<Todo>(options: TodoWorkerOptions<Todo>): Worker {
  const { name, log, scheduler, key, concurrency, perform, onError, giveUp, attempts = 4, retryMs = 250 } = options;
  const inHand = new Map<string, InHand<Todo>>();
  const failures = new Map<string, Failure<Todo>>();
  let unsubscribe: (() => void) | undefined;
  let stopped = false;
  let looking = false;
  const timers = new Set<Timer>();
  let done = 0;

  async function attempt(todo: Todo, signal: AbortSignal): Promise<void> {
    const id = key(todo);
    try {
      await perform(todo, signal);
      if (scheduler.isDue(todo))
        throw new Error(`Cannot finish ${name} ${id}: it ended without the event that settles it`);
      failures.delete(id);
      done++;
    } catch (error) {
      if (signal.aborted) return;
      const failure = after(failures.get(id), { todo, error });
      onError(todo, error, failure.count);
      const isToBlame = failure.blamed >= BLAMED_LOSSES || failure.losses >= MAX_LOSSES;
      if (failure.faults >= attempts || (error instanceof LostWork && isToBlame)) {
        failures.delete(id);
        await giveUp(todo, error);
        return;
      }
      rest(failure);
    }
  }

  function after(last: Failure<Todo> | undefined, { todo, error }: { todo: Todo; error: unknown }): Failure<Todo> {
    const { count = 0, faults = 0, losses = 0, blamed = 0, doneThen = -1 } = last ?? {};
    const isLost = error instanceof LostWork;
    const isBlamed = isLost && done > doneThen;
    return {
      todo,
      count: count + 1,
      faults: faults + Number(!isPassing(error)),
      losses: losses + Number(isLost),
      blamed: blamed + Number(isBlamed),
      doneThen: isBlamed ? done : doneThen,
      isResting: true,
    };
  }

  function rest(failure: Failure<Todo>): void {
    failures.set(key(failure.todo), failure);
    if (stopped) return;
    const milliseconds = Math.min(retryMs * 2 ** (failure.count - 1), MAX_PAUSE_MS);
    const timer = setTimeout(() => {
      timers.delete(timer);
      failure.isResting = false;
      look();
    }, milliseconds);
    timers.add(timer);
  }

  function take(todo: Todo): void {
    const id = key(todo);
    const controller = new AbortController();
    // Begun after it is in hand, so that work which appends at once is seen in hand by the look that follows.
    const done = Promise.resolve()
      .then(() => attempt(todo, controller.signal))
      .catch((error: unknown) => {
        // Even giving up failed, e.g. the disk is full: the row stays, and it is tried again later.
        onError(todo, error, attempts);
        rest({ ...after(undefined, { todo, error }), count: attempts + 1, faults: attempts - 1 });
      })
      .finally(() => {
        inHand.delete(id);
        schedule();
      });
    inHand.set(id, { todo, controller, done });
  }

  function look(): void {
    if (stopped) return;
    for (const { todo, controller } of inHand.values()) {
      if (!scheduler.isDue(todo)) controller.abort(new DOMException("The work is no longer needed", "AbortError"));
    }
    for (const [id, { todo }] of failures) if (!inHand.has(id) && !scheduler.isDue(todo)) failures.delete(id);
    if (inHand.size >= concurrency) return;
    const held = {
      inHand: [...inHand.values()].map(({ todo }) => todo),
      resting: [...failures.values()].filter(({ isResting }) => isResting).map(({ todo }) => todo),
    };
    for (const todo of scheduler.next(held)) take(todo);
  }

  /** Looks once after the current task, however many events came. */
  function schedule(): void {
    if (looking || stopped) return;
    looking = true;
    queueMicrotask(() => {
      looking = false;
      look();
    });
  }

  return {
    name,
    running: () => inHand.size,
    resting: () =>
      failures
        .values()
        .filter(({ isResting }) => isResting)
        .toArray().length,
    start() {
      unsubscribe = log.subscribe(schedule);
      schedule();
    },
    async stop() {
      stopped = true;
      unsubscribe?.();
      for (const timer of timers) clearTimeout(timer);
      for (const { controller } of inHand.values()) {
        controller.abort(new DOMException("The server stops", "AbortError"));
      }
      await Promise.all([...inHand.values()].map(({ done }) => done));
    },
  };
}
