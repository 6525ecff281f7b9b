import { join } from "node:path";
import type { Logger } from "pino";
import { type BlobStore, createFileCache } from "../blobs/mod.ts";
import type { Config } from "../config.ts";
import { createPictures } from "../jobs/mod.ts";
import { createAnimaticRenderer, createMediaService, type MediaService, type Renderer } from "../media/mod.ts";
import { createFetcher, createFetchPool } from "../net/mod.ts";
import type { ProcessPool } from "../processes/mod.ts";
import { createSpeaker } from "../speech/mod.ts";
import { createPlanner } from "../storyboard/mod.ts";

/** The size of the cache of decoded pictures and drawn sheets, in bytes. */
const CACHE_BYTES = 512 * 1024 ** 2;

/** The processes that fetch, decode and render. Several servers may share them. */
export interface Pools {
  readonly media: MediaService;
  readonly renderer: Renderer;
  readonly fetches: ProcessPool;
  /** Stops the processes. */
  close(): Promise<void>;
}

/** Options of {@linkcode createPools}. */
export interface PoolsOptions {
  /** The directory of the files that the processes are given and make. */
  readonly directory: string;
  /** The number of downloads at a time. */
  readonly concurrency: number;
  readonly onLog: (message: string, details: Record<string, unknown>) => void;
}

/** Creates the processes; each starts with its first work. */
export function createPools({ directory, concurrency, onLog }: PoolsOptions): Pools {
  const media = createMediaService({ onLog, directory: join(directory, "media") });
  const renderer = createAnimaticRenderer({ onLog, directory: join(directory, "renders") });
  const fetches = createFetchPool({ concurrency, directory: join(directory, "fetches"), onLog });
  return {
    media,
    renderer,
    fetches,
    async close() {
      await Promise.all([fetches.close(), media.close(), renderer.close()]);
    },
  };
}

/** The dependencies of the engines. */
export interface EnginesDeps {
  readonly config: Config;
  readonly logger: Logger;
  readonly blobs: BlobStore;
  /** A directory on the file system of the blobs, for the files that processes are given and make. */
  readonly scratch: string;
  /** Processes that the caller stops. Default: processes of this server's own. */
  readonly pools?: Pools | undefined;
}

/** The work outside of the log: fetching, decoding, planning, speaking and rendering. */
export type Engines = ReturnType<typeof createEngines>;

/** Creates the engines. Their processes start with their first work. */
export function createEngines({ config, logger, blobs, scratch, pools: shared }: EnginesDeps) {
  const onLog = (message: string, details: Record<string, unknown>) => logger.warn(details, message);
  const pools = shared ?? createPools({ directory: scratch, concurrency: config.downloadConcurrency, onLog });
  const { media, renderer } = pools;
  const cache = createFileCache({ directory: join(scratch, "cache"), maxBytes: CACHE_BYTES });
  const speaker = createSpeaker(config, { onLog, directory: join(scratch, "speech") });
  return {
    speaker,
    media,
    renderer,
    cache,
    pictures: createPictures({ blobs, media, cache }),
    fetcher: createFetcher({
      pool: pools.fetches,
      grants: config.allowedAssetDomains,
      maxBytes: config.maxAssetBytes,
      totalMs: config.downloadTimeoutMs,
    }),
    planner: createPlanner({
      provider: config.aiProvider,
      ...(config.aiApiKey === null ? {} : { apiKey: config.aiApiKey }),
      ...(config.aiModel === null ? {} : { model: config.aiModel }),
      ...(config.aiBaseUrl === null ? {} : { baseUrl: config.aiBaseUrl }),
    }),
    /** Stops the processes that are this server's own. */
    async close(): Promise<void> {
      await Promise.all([speaker.close(), shared === undefined && pools.close()]);
    },
  };
}
