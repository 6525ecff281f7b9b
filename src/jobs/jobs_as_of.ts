import { assetDecider, isLost } from "../assets/decide.ts";
import { assetStream } from "../assets/events.ts";
import type { EventLog, InMemoryProjections, RecordedEvent } from "../event_log/mod.ts";
import { fold, isRecorded } from "../event_log/mod.ts";
import { asOfQuery, upTo } from "../history/as_of_query.ts";
import { JobCreated, jobStream } from "./events.ts";
import { createJobQueries } from "./queries.ts";
import type { JobParts, JobRow } from "./view.ts";

/** What was, from the events alone. */
export interface JobsAsOf {
  /**
   * The job as it was, with its scenes.
   *
   * @param at a position of the log or a time
   * @returns undefined when it was not there then
   * @throws {AppError} `validation_failed` when `at` is no moment of the past
   */
  find(owner: string, id: string, at: string): Promise<JobParts | undefined>;
}

/** The past of jobs; the scratch has the projections of jobs and scenes. */
export function createJobsAsOf(log: EventLog, scratch: InMemoryProjections): JobsAsOf {
  const queries = createJobQueries(scratch.read);
  return {
    async find(owner, id, at) {
      const moment = await asOfQuery(at, log);
      const ofJob = await log.readStream(jobStream(id));
      const ofAssets = await Promise.all(assetIdsOf(ofJob).map((assetId) => log.readStream(assetStream(assetId))));
      // A job waits for its assets, so their events are part of what it says.
      const events = [ofJob, ...ofAssets].flat().toSorted((a, b) => a.position - b.position);
      return scratch.after(upTo(events, moment), () => {
        const job = queries.find(owner, id);
        return job && { ...queries.parts(job), isRetryVain: isRetryVain(job, upTo(events, moment)) };
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

/** The assets that a job uses are known from its first event on. */
function assetIdsOf(history: readonly RecordedEvent[]): string[] {
  const [first] = history;
  return first && isRecorded(JobCreated, first) ? first.data.assets.map(({ assetId }) => assetId) : [];
}
