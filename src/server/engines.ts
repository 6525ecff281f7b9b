import { join } from "node:path";
import type { Logger } from "pino";
import { type BlobStore, createFileCache } from "../blobs/mod.ts";
import type { Config } from "../config.ts";
import { createPictures } from "../jobs/mod.ts";
import { createAnimaticRenderer, createMediaService } from "../media/mod.ts";
import { createFetcher, createFetchPool } from "../net/mod.ts";
import { createSpeaker } from "../speech/mod.ts";
import { createPlanner } from "../storyboard/mod.ts";

/** The size of the cache of decoded pictures and drawn sheets, in bytes. */
const CACHE_BYTES = 512 * 1024 ** 2;

/** The dependencies of the engines. */
export interface EnginesDeps {
  readonly config: Config;
  readonly logger: Logger;
  readonly blobs: BlobStore;
  /** A directory on the file system of the blobs, for the files that processes are given and make. */
  readonly scratch: string;
}

/** The work outside of the log: fetching, decoding, planning, speaking and rendering. */
export type Engines = ReturnType<typeof createEngines>;

/** Creates the engines. Their processes start with their first work. */
export function createEngines({ config, logger, blobs, scratch }: EnginesDeps) {
  const onLog = (message: string, details: Record<string, unknown>) => logger.warn(details, message);
  const media = createMediaService({ onLog, directory: join(scratch, "media") });
  const renderer = createAnimaticRenderer({ onLog, directory: join(scratch, "renders") });
  const cache = createFileCache({ directory: join(scratch, "cache"), maxBytes: CACHE_BYTES });
  const pool = createFetchPool({
    concurrency: config.downloadConcurrency,
    directory: join(scratch, "fetches"),
    onLog,
  });
  const speaker = createSpeaker(config, { onLog, directory: join(scratch, "speech") });
  return {
    speaker,
    media,
    renderer,
    cache,
    pictures: createPictures({ blobs, media, cache }),
    fetcher: createFetcher({
      pool,
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
    /** Stops the fetch, media, speech and render processes. */
    async close(): Promise<void> {
      await Promise.all([pool.close(), media.close(), speaker.close(), renderer.close()]);
    },
  };
}
