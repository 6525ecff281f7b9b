import type { BunSQLiteDatabase } from "drizzle-orm/bun-sqlite";
import type { Logger } from "pino";
import { type AssetQueries, createBlobCollector, createIngestWorker, createThumbnailWorker } from "../assets/mod.ts";
import type { BlobStore } from "../blobs/mod.ts";
import type { Quotas } from "../core/quotas.ts";
import type { EventLog, Worker } from "../event_log/mod.ts";
import {
  type AssetPort,
  createJobAssetsWorker,
  createPlanningWorker,
  createRegenerationWorker,
  createRenderWorker,
  createSpeechWorker,
  type JobQueries,
} from "../jobs/mod.ts";
import type { Engines } from "./engines.ts";

/** The dependencies of the background workers. */
export interface WorkersDeps
  extends Pick<Engines, "fetcher" | "media" | "renderer" | "pictures" | "planner" | "speaker"> {
  readonly log: EventLog;
  readonly read: BunSQLiteDatabase;
  readonly logger: Logger;
  readonly blobs: BlobStore;
  readonly quotas: Quotas;
  readonly assetPort: AssetPort;
  readonly spokenLine: JobQueries["spokenLine"];
  readonly assets: Pick<AssetQueries, "find">;
  /** Receives the bytes of each content that was moved to the trash. */
  readonly onTrashed: (sizeBytes: number) => Promise<void>;
  /** The most assets that are imported at once. */
  readonly downloadConcurrency: number;
}

/** The number of model calls at a time. */
const PLANNING_CONCURRENCY = 4;

/** Creates all workers of a server, not yet started. */
export function createWorkers(deps: WorkersDeps): readonly Worker[] {
  const {
    log,
    read,
    logger,
    blobs,
    fetcher,
    media,
    renderer,
    planner,
    quotas,
    assetPort,
    assets,
    onTrashed,
    pictures,
  } = deps;
  const ofJobs = {
    log,
    read,
    onError: (jobId: string, err: unknown, attempt: number) =>
      logger.warn({ jobId, attempt, err }, "a step of a job could not be done yet"),
  };
  const planning = { ...ofJobs, planner, concurrency: PLANNING_CONCURRENCY };

  return [
    createIngestWorker({
      log,
      read,
      assets,
      blobs,
      fetcher,
      media,
      concurrency: deps.downloadConcurrency,
      quotas,
      onError: (assetId, err, attempt) => logger.warn({ assetId, attempt, err }, "an import could not be done yet"),
    }),
    createThumbnailWorker({
      ...{ log, read, blobs, media },
      onError: (assetId, err, attempt) => logger.warn({ assetId, attempt, err }, "a thumbnail could not be made yet"),
    }),
    createBlobCollector({
      log,
      blobs,
      onTrashed,
      onError: (err) => logger.error({ err }, "unneeded bytes could not be removed yet"),
    }),
    createJobAssetsWorker({ ...ofJobs, assetOf: assetPort.assetOf }),
    createPlanningWorker(planning),
    createRegenerationWorker(planning),
    createSpeechWorker({ ...ofJobs, blobs, speaker: deps.speaker, spokenLine: deps.spokenLine, quotas }),
    createRenderWorker({
      ...ofJobs,
      blobs,
      media,
      renderer,
      pictures,
      quotas,
      storedAsset: assetPort.storedAsset,
    }),
  ];
}
