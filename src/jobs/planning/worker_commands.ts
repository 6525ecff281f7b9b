import { AppError } from "../../core/errors.ts";
import {
  type AppendOptions,
  type Causation,
  type EventLog,
  execute,
  fold,
  systemMetadata,
} from "../../event_log/mod.ts";
import { PlanningError } from "../../storyboard/mod.ts";
import type { JobError, OutcomeCommand } from "../command.ts";
import { jobDecider } from "../decide.ts";
import { jobStream } from "../events.ts";
import type { JobState } from "../state.ts";

/** A piece of work for a job. */
export interface JobWork extends Causation {
  readonly jobId: string;
}

/** The log operations of job workers. */
export interface WorkerCommands {
  /** Reads the current state of the job. */
  jobOf(work: JobWork): Promise<JobState>;
  /** Records an outcome; a job that has left the step ignores it. */
  record(work: JobWork, outcome: OutcomeCommand, options?: AppendOptions): Promise<void>;
}

/** Creates the log operations of job workers. */
export function createWorkerCommands(log: EventLog): WorkerCommands {
  return {
    jobOf: async ({ jobId }) => fold(jobDecider, jobId, await log.readStream(jobStream(jobId))),
    async record(work, outcome, { check } = {}) {
      const { jobId } = work;
      const metadata = systemMetadata(work);
      await execute(outcome, { log, decider: jobDecider, stream: jobStream(jobId), id: jobId, metadata, check });
    },
  };
}

/** Returns the job error of an error; an unexpected error becomes `internal` without its text. */
export function jobErrorOf(error: unknown, what: string): JobError {
  if (error instanceof PlanningError) return { code: error.code, message: error.message, usage: error.usage };
  if (error instanceof AppError) return { code: error.code, message: error.message };
  return { code: "internal", message: `Cannot ${what}: an internal error occurred; retry, or report it` };
}
