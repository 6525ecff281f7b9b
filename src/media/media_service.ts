import type { MediaFacts, ThumbnailFacts } from "./facts.ts";

/** What a caller may say about one call. */
export interface MediaCallOptions {
  /** Ends the call within a second; the promise rejects with the signal's reason. */
  signal?: AbortSignal;
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
