import { AppError } from "../core/errors.ts";
import { type AppendOptions, type Causation, type EventLog, execute, fold, systemMetadata } from "../event_log/mod.ts";
import { PlanningError } from "../storyboard/mod.ts";
import type { JobError, OutcomeCommand } from "./command.ts";
import { jobDecider } from "./decide.ts";
import { jobStream } from "./events.ts";
import type { JobState } from "./state.ts";

/** A piece of work for a job. */
export interface JobWork extends Causation {
  readonly jobId: string;
}

/** What workers of the jobs slice do with the log. */
export interface WorkerCommands {
  /** The job as it is now. */
  jobOf(work: JobWork): Promise<JobState>;
  /** Records what came out; nothing when the job has gone on without it. */
  record(work: JobWork, outcome: OutcomeCommand, options?: AppendOptions): Promise<void>;
}

/** The workers' side of the log. */
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

/** What a person is told of an error: its own sentence when it was meant for people. */
export function jobErrorOf(error: unknown, what: string): JobError {
  if (error instanceof PlanningError) return { code: error.code, message: error.message, usage: error.usage };
  if (error instanceof AppError) return { code: error.code, message: error.message };
  return { code: "internal", message: `Cannot ${what}: something went wrong here` };
}
