import { rm } from "node:fs/promises";
import { Value } from "@sinclair/typebox/value";
import { AppError, type ErrorCode } from "../core/errors.ts";
import { asUnavailable, errorCode } from "../core/shortage.ts";
import {
  createProcessPool,
  type LentFile,
  OutputError,
  type PoolSlot,
  type ProcessPoolOptions,
} from "../processes/mod.ts";
import { checkedFacts, type MediaFacts, ThumbnailFacts } from "./facts.ts";
import { mediaFailures } from "./media_errors.ts";
import { webpSize } from "./pictures/webp_size.ts";
import { PICTURE_SIDE, THUMBNAIL_SIZE } from "./types.ts";

/** The options of one call. */
export interface MediaCallOptions {
  /** Ends the call within a second; the promise rejects with the signal's reason. */
  signal?: AbortSignal | undefined;
  /** The owner of the file; owners are scheduled fairly. */
  owner?: string | undefined;
}

/**
 * A safe interface to hostile bytes: every parser and decoder behind it runs in a separate process with time and memory
 * limits, so a hang or a crash fails one call and nothing else.
 */
export interface MediaService {
  /**
   * Inspects a file by its content alone.
   *
   * Rejects with an AppError: `unsupported_media_type` (named where it is known), `media_unreadable` (empty,
   * truncated, damaged, over a limit, or the decoder crashed or hung), `unavailable` (the process cannot be started).
   */
  inspect(path: string, options?: MediaCallOptions): Promise<MediaFacts>;
  /**
   * Writes a WebP of at most 640 px to `outPath`, or returns `null` and leaves no file if none can be made.
   * Rejects only for an aborted signal and with `unavailable`.
   */
  thumbnail(path: string, outPath: string, options?: MediaCallOptions): Promise<ThumbnailFacts | null>;
  /**
   * Writes an image in the form that videos use to `outPath`: a PNG in sRGB, upright, of at most 2,560 px in its larger
   * side.
   *
   * Rejects with an AppError: `media_unreadable` for one that cannot be drawn within the limits, `unavailable`; or with
   * the signal's reason. It leaves no file then.
   */
  picture(path: string, outPath: string, options?: MediaCallOptions): Promise<void>;
  /** Kills the processes; calls under way and later ones reject with `unavailable`. */
  close(): Promise<void>;
}

/** The entry point of the media processes, also for a separate pool with other limits, such as that of a renderer. */
const MEDIA_PROCESS = new URL("./process.ts", import.meta.url);

/** The size of the largest picture's raw pixels and headers. */
const MAX_PICTURE_BYTES = PICTURE_SIDE * PICTURE_SIDE * 4 + 1024 ** 2;

/** The maximum size of a thumbnail: three times that of the noisiest picture of this size. */
const MAX_THUMBNAIL_BYTES = 2 * 1024 ** 2;

/** The number of files read at once; one process always remains for another owner. */
export const PROCESSES = 3;
export const PROCESSES_PER_OWNER = 2;

/** The processor time limit for the inspection of a file, or its thumbnail. */
const CPU_LIMIT_MS = 20_000;

/**
 * Creates a media service: by default three processes, of which one owner has at most two, with 20 s of processor time
 * and 1 GiB each. No process starts before the first call.
 *
 * @example
 * ```ts
 * const media = createMediaService({ onLog: (message, details) => logger.warn(details, message) });
 * const { kind, width, height } = await media.inspect(path);
 * await media.close();
 * ```
 */
export function createMediaService(options: Partial<ProcessPoolOptions> = {}): MediaService {
  const pool = createProcessPool({
    name: "media process",
    failures: mediaFailures,
    script: MEDIA_PROCESS,
    processes: PROCESSES,
    perOwner: PROCESSES_PER_OWNER,
    cpuLimitMs: CPU_LIMIT_MS,
    timeLimitMs: 15 * CPU_LIMIT_MS,
    memoryLimitBytes: 1024 ** 3,
    ...options,
  });
  return {
    close: () => pool.close(),
    async inspect(path, { signal, owner } = {}) {
      using place = await pool.enter({ signal, owner });
      await using lent = await lend(place, path);
      const facts = checkedFacts(await place.call("inspect", { path: lent.path }));
      if (!facts) throw mediaFailures.failed();
      return facts;
    },
    async thumbnail(path, outPath, { signal, owner } = {}) {
      try {
        using place = await pool.enter({ signal, owner });
        await using lent = await lend(place, path);
        await using output = place.workspace.output(".webp");
        const made = await place.call("thumbnail", { path: lent.path, outPath: output.path });
        if (made === null) return null;
        await rm(outPath, { force: true });
        await output.take(outPath, { maxBytes: MAX_THUMBNAIL_BYTES, signal });
        return await checkedThumbnail(outPath, made);
      } catch (error) {
        await rm(outPath, { force: true });
        if (signal?.aborted || (error instanceof AppError && !OF_THE_FILE.has(error.code))) throw error;
        if (!(error instanceof AppError || error instanceof OutputError)) throw error;
        return null;
      }
    },
    async picture(path, outPath, { signal, owner } = {}) {
      using place = await pool.enter({ signal, owner });
      await using lent = await lend(place, path);
      await using output = place.workspace.output();
      await place.call("picture", { path: lent.path, outPath: output.path });
      try {
        await output.take(outPath, { maxBytes: MAX_PICTURE_BYTES, signal });
      } catch (error) {
        await rm(outPath, { force: true });
        throw error instanceof OutputError ? mediaFailures.failed() : error;
      }
    },
  };
}

async function lend({ workspace }: PoolSlot, path: string): Promise<LentFile> {
  return await workspace.lend(path).catch((error) => {
    throw errorCode(error) === "ENOENT" ? mediaFailures.failed() : asUnavailable(error, "read the file");
  });
}

/** The errors that mean no thumbnail; the file itself may be good. */
const OF_THE_FILE: ReadonlySet<ErrorCode> = new Set(["media_unreadable", "unsupported_media_type", "asset_too_large"]);

/** Validates the server's own copy of a thumbnail against the reported facts. */
async function checkedThumbnail(path: string, said: unknown): Promise<ThumbnailFacts> {
  const size = webpSize(await Bun.file(path).bytes());
  if (!size || !Value.Check(ThumbnailFacts, said)) throw mediaFailures.failed();
  const isSaid = size.width === said.width && size.height === said.height;
  if (!isSaid || Math.max(size.width, size.height) > THUMBNAIL_SIZE) throw mediaFailures.failed();
  return size;
}
