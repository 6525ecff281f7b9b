import type { Logger } from "pino";
import { type AssetsAsOf, assetStream, assetsProjection, createAssetsAsOf } from "../assets/mod.ts";
import type { Quotas } from "../core/quotas.ts";
import { createInMemoryProjections, type EventLog } from "../event_log/mod.ts";
import { createStreamHub, type StreamHub } from "../event_streams/mod.ts";
import { createDescribeEvent } from "../history/mod.ts";
import {
  createJobsAsOf,
  createReadRevisions,
  type JobQueries,
  type JobsAsOf,
  jobStream,
  jobsProjection,
  scenesProjection,
} from "../jobs/mod.ts";
import type { AppDeps } from "./app.ts";
import { allEventDescriptions, allEvents } from "./registry.ts";

/** The dependencies of the event services. */
export interface EventServicesDeps {
  readonly log: EventLog;
  readonly logger: Logger;
  readonly jobs: JobQueries;
  readonly quotas: Quotas;
}

/** Read access to events: histories, event streams and as-of queries. */
export interface EventServices {
  readonly routes: Pick<AppDeps, "histories" | "revisions" | "eventStreams">;
  readonly hub: StreamHub;
  readonly assetsAsOf: AssetsAsOf;
  readonly jobsAsOf: JobsAsOf;
  close(): void;
}

/** Wires the services that read events. */
export function createEventServices({ log, logger, jobs, quotas }: EventServicesDeps): EventServices {
  const describe = createDescribeEvent(allEvents, allEventDescriptions);
  const scratch = createInMemoryProjections([assetsProjection, jobsProjection, scenesProjection]);
  const onError = (err: unknown) => logger.error({ err }, "a stream of events failed");
  const hub = createStreamHub({ log, describe, onError });
  return {
    hub,
    assetsAsOf: createAssetsAsOf(log, scratch),
    jobsAsOf: createJobsAsOf(log, scratch),
    routes: {
      histories: { log, describe },
      revisions: { log, describe, queries: jobs, readRevisions: createReadRevisions(scratch) },
      eventStreams: {
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
    },
  };
}
