import { fairScheduler, type OwnedItem } from "../../core/fair_scheduler.ts";
import type { EventLog } from "../event_log.ts";
import { createRetries } from "./retries.ts";
import type { TodoQueue } from "./todo_queue.ts";

/** A background worker. Work that is unfinished at a stop stays in its todo table. */
export interface Worker {
  readonly name: string;
  start(): void;
  /** Aborts the running work and waits for it to end. */
  stop(): Promise<void>;
  /** The number of pieces of work in hand. */
  running(): number;
  /** The number of pieces of work that wait for their next attempt. */
  resting(): number;
}

/** The settings and callbacks of a worker. */
export interface TodoWorkerOptions<Todo extends OwnedItem> {
  /** The name in metrics and claims; no two workers of a log share one. */
  readonly name: string;
  readonly log: Pick<EventLog, "subscribe" | "claims">;
  /** The rows of the todo table. When the row of a piece of work goes away, the work is aborted. */
  readonly queue: TodoQueue<Todo>;
  readonly concurrency: number;
  /** Returns the maximum of concurrent pieces of work of one owner. Default: all. */
  readonly atOnce?: () => number;
  /** Does the work. It ends in an event, and the event removes the row. */
  readonly perform: (todo: Todo, signal: AbortSignal) => Promise<void>;
  /** Receives the error of each attempt that threw: a bug or a passing fault such as a full disk. */
  readonly onError: (todo: Todo, error: unknown, attempt: number) => void;
  /**
   * Called when the work has failed too often; it also ends in an event. {@linkcode LostWork} means that the work ended
   * its process each time, while other work succeeded.
   */
  readonly giveUp: (todo: Todo, error: unknown) => Promise<void>;
  /** Faults in a row after which the work is given up; a shortage of this machine does not count. */
  readonly attempts?: number;
  /** The wait before the second attempt, doubled for each further one up to a minute, in milliseconds. */
  readonly retryMs?: number;
}

interface InHand<Todo> {
  readonly todo: Todo;
  readonly controller: AbortController;
  readonly done: Promise<void>;
}

/** The wait before work that another node has claimed is tried again, in milliseconds; a random part spreads nodes. */
const CLAIMED_PAUSE_MS = 500;
const CLAIMED_SPREAD_MS = 1_000;

/**
 * Creates a worker over a todo table, which is itself a projection: work that was requested and has no outcome yet. A
 * restart resumes from the table, and a replay repeats nothing, because the outcomes are in the log.
 *
 * Work that fails for a shortage of this machine (`unavailable`) is retried until the shortage ends, with growing
 * pauses.
 */
export function createTodoWorker<Todo extends OwnedItem>(options: TodoWorkerOptions<Todo>): Worker {
  const { name, log, queue, concurrency, atOnce, perform, onError, giveUp, attempts = 4, retryMs = 250 } = options;
  const scheduler = fairScheduler(queue, { concurrency, atOnce });
  const inHand = new Map<number, InHand<Todo>>();
  const resting = new Map<number, { readonly todo: Todo; readonly timer: Timer }>();
  const retries = createRetries({ attempts, retryMs });
  let unsubscribe: (() => void) | undefined;
  let stopped = false;
  let scheduled = false;

  async function attempt(todo: Todo, signal: AbortSignal): Promise<void> {
    const { position } = todo;
    try {
      await perform(todo, signal);
      if (queue.has(todo))
        throw new Error(`Cannot finish ${name} ${position}: it ended without the event that removes its row`);
      retries.succeeded(position);
    } catch (error) {
      if (signal.aborted) {
        retries.forget(position);
        return;
      }
      const { count, pauseMs } = retries.failed(position, error);
      onError(todo, error, count);
      if (pauseMs === null) await giveUp(todo, error);
      else rest(todo, pauseMs);
    }
  }

  async function claimed(todo: Todo, signal: AbortSignal, granted: Promise<ReadonlySet<string>>): Promise<void> {
    const work = workOf(todo);
    if (!(await granted).has(work)) {
      rest(todo, CLAIMED_PAUSE_MS + Math.random() * CLAIMED_SPREAD_MS);
      return;
    }
    try {
      if (!signal.aborted) await attempt(todo, signal);
    } finally {
      await log.claims.release(work);
    }
  }

  function workOf({ position }: Todo): string {
    return `${name} ${position}`;
  }

  function rest(todo: Todo, pauseMs: number): void {
    if (stopped) return;
    const timer = setTimeout(() => {
      resting.delete(todo.position);
      look();
    }, pauseMs);
    resting.set(todo.position, { todo, timer });
  }

  function begin(todo: Todo, granted: Promise<ReadonlySet<string>>): void {
    const { position } = todo;
    const controller = new AbortController();
    const done = claimed(todo, controller.signal, granted)
      .catch((error: unknown) => {
        // Claiming, releasing or giving up failed, e.g. because the disk is full: the row stays.
        onError(todo, error, attempts);
        if (queue.has(todo)) rest(todo, retries.postponed(position));
      })
      .finally(() => {
        inHand.delete(position);
        schedule();
      });
    inHand.set(position, { todo, controller, done });
  }

  function look(): void {
    if (stopped) return;
    for (const { todo, controller } of inHand.values()) {
      if (!queue.has(todo)) controller.abort(new DOMException("The work is no longer needed", "AbortError"));
    }
    for (const [position, { todo, timer }] of resting) {
      if (queue.has(todo)) continue;
      clearTimeout(timer);
      resting.delete(position);
      retries.forget(position);
    }
    if (inHand.size >= concurrency) return;
    const todosOf = (held: Iterable<{ readonly todo: Todo }>) => Array.from(held, ({ todo }) => todo);
    const chosen = scheduler.next({ inHand: todosOf(inHand.values()), resting: todosOf(resting.values()) });
    if (chosen.length === 0) return;
    const granted = log.claims.take(chosen.map(workOf));
    for (const todo of chosen) begin(todo, granted);
  }

  /** Schedules one read of the queue after the current task, for any number of events. */
  function schedule(): void {
    if (scheduled || stopped) return;
    scheduled = true;
    queueMicrotask(() => {
      scheduled = false;
      look();
    });
  }

  return {
    name,
    running: () => inHand.size,
    resting: () => resting.size,
    start() {
      unsubscribe = log.subscribe(schedule);
      schedule();
    },
    async stop() {
      stopped = true;
      unsubscribe?.();
      for (const { timer } of resting.values()) clearTimeout(timer);
      for (const { controller } of inHand.values()) {
        controller.abort(new DOMException("The server stops", "AbortError"));
      }
      await Promise.all([...inHand.values()].map(({ done }) => done));
    },
  };
}
