import { rm } from "node:fs/promises";
import { resolve } from "node:path";
import { Type } from "@sinclair/typebox";
import { Value } from "@sinclair/typebox/value";
import { AppError } from "../errors.ts";
import { createProcessPool, type ProcessPoolOptions } from "../processes/mod.ts";
import { MediaFacts, ThumbnailFacts } from "./facts.ts";
import { mediaFailures, unreadable } from "./refusal.ts";

/** What a caller may say about one call. */
export interface MediaCallOptions {
  /** Ends the call within a second; the promise rejects with the signal's reason. */
  signal?: AbortSignal | undefined;
}

/**
 * The safe door to hostile bytes: every parser and decoder behind it runs in a separate process with time and memory
 * limits, so a hang or a crash fails one call and nothing else.
 */
export interface MediaService {
  /**
   * Says what a file is, by its content alone.
   *
   * Rejects with an AppError: `unsupported_media_type` (named where it is known), `media_unreadable` (empty,
   * truncated, damaged, over a limit, or the decoder crashed or hung), `unavailable` (the process cannot be started).
   */
  inspect(path: string, options?: MediaCallOptions): Promise<MediaFacts>;
  /**
   * Writes a WebP of at most 640 px to `outPath`, or answers `null` and leaves no file where none can be made.
   * Rejects only for an aborted signal and with `unavailable`.
   */
  thumbnail(path: string, outPath: string, options?: MediaCallOptions): Promise<ThumbnailFacts | null>;
  /** Kills the processes; calls under way and later ones reject with `unavailable`. */
  close(): Promise<void>;
}

/** The program of the media processes, for a pool of one's own with other limits, such as that of a renderer. */
const MEDIA_PROCESS = new URL("./process.ts", import.meta.url);

const ThumbnailAnswer = Type.Union([ThumbnailFacts, Type.Null()]);

/**
 * Makes a media service: by default two processes, 20 s and 1 GiB each. Nothing is started before the first call.
 *
 * @example
 * ```ts
 * const media = createMediaService({ onLog: (message, details) => log.warn(details, message) });
 * const { kind, width, height } = await media.inspect(path);
 * await media.close();
 * ```
 */
export function createMediaService(options: Partial<ProcessPoolOptions> = {}): MediaService {
  const pool = createProcessPool({
    name: "media process",
    failures: mediaFailures,
    script: MEDIA_PROCESS,
    processes: 2,
    timeLimitMs: 20_000,
    memoryLimitBytes: 1024 ** 3,
    ...options,
  });
  return {
    close: () => pool.close(),
    async inspect(path, { signal } = {}) {
      const facts = await pool.call("inspect", { path: resolve(path) }, { signal });
      if (!Value.Check(MediaFacts, facts)) throw unreadable("file", "its decoder failed");
      return facts;
    },
    async thumbnail(path, outPath, { signal } = {}) {
      try {
        const made = await pool.call("thumbnail", { path: resolve(path), outPath: resolve(outPath) }, { signal });
        if (Value.Check(ThumbnailAnswer, made)) return made;
      } catch (error) {
        await rm(outPath, { force: true });
        if (!(error instanceof AppError) || error.code !== "media_unreadable") throw error;
      }
      return null;
    },
  };
}
