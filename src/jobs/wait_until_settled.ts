import { notFound } from "../core/not_found.ts";
import { type EventLog, waitFor } from "../event_log/mod.ts";
import type { JobQueries } from "./queries.ts";
import type { JobRow } from "./view.ts";
import { BUSY_STATUSES, type JobStatus } from "./workflow.ts";

/** What to wait for. */
export interface WaitUntilSettledOptions {
  readonly log: EventLog;
  readonly queries: JobQueries;
  readonly owner: string;
  readonly id: string;
  readonly waitMs: number;
  /** Ends the waiting, not the work. */
  readonly signal: AbortSignal;
}

const BUSY: ReadonlySet<JobStatus> = new Set(BUSY_STATUSES);

/** Whether nothing is being done for the job: it waits for people, or it has ended. */
export function isSettled({ status }: { readonly status: JobStatus }): boolean {
  return !BUSY.has(status);
}

/** Waits until the job is settled or the time has run out, and answers it as it is then. */
export async function waitUntilSettled({
  log,
  queries,
  owner,
  id,
  waitMs,
  signal,
}: WaitUntilSettledOptions): Promise<JobRow> {
  const find = () => queries.find(owner, id);
  const look = () => {
    const job = find();
    return !job || isSettled(job) ? (job ?? "none") : undefined;
  };
  const found = await waitFor(log, look, { timeoutMs: waitMs, signal });
  const job = found === "none" ? undefined : (found ?? find());
  if (!job) throw notFound("job");
  return job;
}
