import { assetDecider, assetStream, isLost } from "../../assets/mod.ts";
import { type EventLog, fold, type InMemoryProjections, isRecorded, type RecordedEvent } from "../../event_log/mod.ts";
import { asOfQuery } from "../../history/mod.ts";
import { JobCreated, jobStream } from "../events.ts";
import { createJobQueries } from "../queries.ts";
import type { JobParts, JobRow } from "../view.ts";

/** As-of queries of jobs, answered from the events. */
export interface JobsAsOf {
  /**
   * Returns the job with its scenes as of a past moment.
   *
   * @param at a position of the log or a time
   * @returns undefined when it did not exist then
   * @throws {AppError} `validation_failed` when `at` is not a past moment
   */
  find(owner: string, id: string, at: string): Promise<JobParts | undefined>;
}

/** Creates as-of queries over in-memory projections of jobs and scenes. */
export function createJobsAsOf(log: EventLog, projections: InMemoryProjections): JobsAsOf {
  const queries = createJobQueries(projections.read);
  return {
    async find(owner, id, at) {
      const last = await asOfQuery(at, log);
      const ofJob = await log.readStream(jobStream(id));
      const ofAssets = await Promise.all(assetIdsOf(ofJob).map((assetId) => log.readStream(assetStream(assetId))));
      // A job's progress depends on the events of its assets.
      const events = [ofJob, ...ofAssets]
        .flat()
        .filter(({ position }) => position <= last)
        .toSorted((a, b) => a.position - b.position);
      return projections.after(events, () => {
        const job = queries.find(owner, id);
        return job && { ...queries.parts(job), isRetryVain: isRetryVain(job, events) };
      });
    },
  };
}

function isRetryVain({ owner, status, failedStep, assets }: JobRow, events: readonly RecordedEvent[]): boolean {
  if (status !== "failed" || failedStep !== "assets") return false;
  return assets.some(({ assetId }) => {
    const stream = assetStream(assetId);
    const history = events.filter((event) => event.stream === stream && event.metadata.owner === owner);
    return isLost(fold(assetDecider, assetId, history));
  });
}

/** Returns the ids of a job's assets, which its first event names. */
function assetIdsOf(history: readonly RecordedEvent[]): string[] {
  const [first] = history;
  return first && isRecorded(JobCreated, first) ? first.data.assets.map(({ assetId }) => assetId) : [];
}
