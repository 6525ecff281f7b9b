import type { Logger } from "pino";
import { type AssetPast, createAssetPast } from "../assets/assets_as_of.ts";
import { assetStream } from "../assets/events.ts";
import { assetsProjection } from "../assets/projection.ts";
import type { Quotas } from "../core/quotas.ts";
import { createScratch, type EventLog } from "../event_log/mod.ts";
import { createFeedHub, type FeedHub } from "../event_streams/mod.ts";
import { createEventTeller } from "../history/mod.ts";
import { jobStream } from "../jobs/events.ts";
import { createJobPast, type JobPast } from "../jobs/jobs_as_of.ts";
import type { JobQueries } from "../jobs/mod.ts";
import { jobsProjection } from "../jobs/projection.ts";
import { createReadRevisions } from "../jobs/revisions.ts";
import { scenesProjection } from "../jobs/scenes_projection.ts";
import type { AppDeps } from "./app.ts";
import { allEvents, allTellings } from "./registry.ts";

/** What events are read with. */
export interface EventServicesDeps {
  readonly log: EventLog;
  readonly logger: Logger;
  readonly jobs: JobQueries;
  readonly quotas: Quotas;
}

/** The log as people see it: histories, streams, and the past. */
export interface EventServices {
  readonly routes: Pick<AppDeps, "histories" | "revisions" | "feeds">;
  readonly hub: FeedHub;
  readonly assetPast: AssetPast;
  readonly jobPast: JobPast;
  close(): void;
}

/** Puts together what the log shows of itself. */
export function createEventServices({ log, logger, jobs, quotas }: EventServicesDeps): EventServices {
  const tell = createEventTeller(allEvents, allTellings);
  const scratch = createScratch([assetsProjection, jobsProjection, scenesProjection]);
  const ofScenes = createScratch([scenesProjection]);
  const onError = (err: unknown) => logger.error({ err }, "a stream of events failed");
  const hub = createFeedHub({ log, tell, onError });
  return {
    hub,
    assetPast: createAssetPast(log, scratch),
    jobPast: createJobPast(log, scratch),
    routes: {
      histories: { log, tell },
      revisions: { log, tell, queries: jobs, readRevisions: createReadRevisions(ofScenes) },
      feeds: {
        log,
        hub,
        quotas,
        onError,
        types: new Set(allEvents.map(({ type }) => type)),
        streamsOfJob(owner, jobId) {
          const job = jobs.find(owner, jobId);
          return job ? [jobStream(jobId), ...job.assets.map(({ assetId }) => assetStream(assetId))] : null;
        },
      },
    },
    close() {
      hub.close();
      scratch[Symbol.dispose]();
      ofScenes[Symbol.dispose]();
    },
  };
}
