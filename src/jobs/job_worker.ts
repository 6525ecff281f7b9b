import type { BunSQLiteDatabase } from "drizzle-orm/bun-sqlite";
import { AppError } from "../core/errors.ts";
import { isPassing, LostWork } from "../core/shortage.ts";
import {
  type AppendOptions,
  type Causation,
  createTodoWorker,
  type EventLog,
  execute,
  fold,
  systemMetadata,
  type TodoQueue,
  type Worker,
} from "../event_log/mod.ts";
import { PlanningError } from "../storyboard/mod.ts";
import type { JobError, OutcomeCommand } from "./command.ts";
import { jobDecider } from "./decide.ts";
import { jobStream } from "./events.ts";
import type { JobState } from "./state.ts";

/** The dependencies of every job worker. */
export interface JobWorkerDeps {
  readonly log: EventLog;
  readonly read: BunSQLiteDatabase;
  readonly onError: (jobId: string, error: unknown, attempt: number) => void;
}

/** A row of a todo table of jobs. */
type JobTodo = Causation & { readonly jobId: string; readonly position: number };

/** Records an outcome; a job that has left the step ignores it. */
export type RecordOutcome = (outcome: OutcomeCommand, options?: AppendOptions) => Promise<void>;

/** A step of jobs that a worker does. */
export interface JobStepOptions<Todo extends JobTodo> {
  readonly name: string;
  readonly concurrency: number;
  readonly queue: TodoQueue<Todo>;
  /** Does the work and records its outcome. */
  readonly perform: (
    todo: Todo,
    context: { readonly job: JobState; readonly record: RecordOutcome; readonly signal: AbortSignal },
  ) => Promise<void>;
  /** Returns the outcome of work that failed for good. */
  readonly failed: (todo: Todo, error: unknown) => OutcomeCommand;
}

/** Creates a worker over a todo table of jobs. */
export function createJobWorker<Todo extends JobTodo>(
  { log, onError }: JobWorkerDeps,
  { name, concurrency, queue, perform, failed }: JobStepOptions<Todo>,
): Worker {
  async function record(todo: Todo, outcome: OutcomeCommand, { limits }: AppendOptions = {}): Promise<void> {
    const { jobId: id } = todo;
    const metadata = systemMetadata(todo);
    await execute(outcome, { log, decider: jobDecider, stream: jobStream(id), id, metadata, limits });
  }

  return createTodoWorker<Todo>({
    name,
    log,
    concurrency,
    queue,
    onError: ({ jobId }, error, attempt) => onError(jobId, error, attempt),
    async perform(todo, signal) {
      const job = fold(jobDecider, todo.jobId, await log.readStream(jobStream(todo.jobId)));
      await perform(todo, { job, signal, record: (outcome, options) => record(todo, outcome, options) });
    },
    giveUp: (todo, error) => record(todo, failed(todo, error)),
  });
}

/** A step of jobs whose outcome costs money. */
export interface CostlyStepOptions<Todo extends JobTodo> extends Omit<JobStepOptions<Todo>, "perform"> {
  /** Does the work; null when it is no longer wanted. An `AppError` that it throws is final. */
  readonly make: (todo: Todo, job: JobState, signal: AbortSignal) => Promise<OutcomeCommand | null>;
}

/**
 * Creates a worker that keeps an outcome until it is recorded: after a full disk, the next attempt records the outcome
 * without paying for it again.
 */
export function createCostlyJobWorker<Todo extends JobTodo>(
  deps: JobWorkerDeps,
  { make, ...step }: CostlyStepOptions<Todo>,
): Worker {
  const unrecorded = new Map<number, OutcomeCommand | null>();

  async function outcomeOf(todo: Todo, job: JobState, signal: AbortSignal): Promise<OutcomeCommand | null> {
    try {
      return await make(todo, job, signal);
    } catch (error) {
      // The port of the work has its own retries, so its error is final.
      if (signal.aborted || !(error instanceof AppError) || error instanceof LostWork) throw error;
      return step.failed(todo, error);
    }
  }

  return createJobWorker(deps, {
    ...step,
    async perform(todo, { job, record, signal }) {
      const { position } = todo;
      const outcome = unrecorded.get(position) ?? (await outcomeOf(todo, job, signal));
      unrecorded.delete(position);
      try {
        if (outcome) await record(outcome);
      } catch (error) {
        if (!signal.aborted && isPassing(error)) unrecorded.set(position, outcome);
        throw error;
      }
    },
  });
}

/** Returns the job error of an error; an unexpected error becomes `internal` without its text. */
export function jobErrorOf(error: unknown, what: string): JobError {
  if (error instanceof PlanningError) return { code: error.code, message: error.message, usage: error.usage };
  if (error instanceof AppError) return { code: error.code, message: error.message };
  return { code: "internal", message: `Cannot ${what}: an internal error occurred; retry, or report it` };
}
