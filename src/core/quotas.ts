import type { AppError } from "./errors.ts";

/** Limits of an append by the name of a measure; empty where none applies. */
export type Limits = readonly {
  readonly measure: string;
  readonly of: string;
  readonly most: number;
  readonly added?: number;
}[];

/**
 * The limits of one owner's usage at a time. Every check only reads, and refuses early: a
 * concurrent request can overtake it. The limits are data for an append, which the log checks inside the commit.
 *
 * Stored bytes are those of the contents of an owner's assets and of the videos of its jobs, each in full, even when
 * other owners have the same content. So a deletion frees the same number of bytes, and no owner learns about the
 * contents of others. Thumbnails are small and derived from counted contents, so they do not count.
 *
 * The log counts as well, with all of an owner's events beyond the first MiB: it never shrinks.
 */
export interface Quotas {
  /**
   * Checks the imports in progress.
   *
   * @param more imports that are not counted yet
   * @throws {AppError} `rate_limited` when too many imports of the owner would be unfinished
   */
  checkImports(owner: string, more: number): void;
  /**
   * Checks the bytes of uploads in progress.
   *
   * @param arrivedBytes the bytes that have arrived of the owner's unfinished uploads
   * @throws {AppError} `rate_limited` when they exceed both the remaining room and the largest asset
   */
  checkUploads(owner: string, arrivedBytes: number): void;
  /**
   * Checks the number of uploads in progress.
   *
   * @param owners the uploads of the owner, with the new one
   * @param all the uploads of all owners
   * @throws {AppError} `rate_limited` when either are too many
   */
  checkUploadsAtOnce(owners: number, all: number): void;
  /** Checks for any room, before bytes are fetched or made. @throws {AppError} `quota_exceeded` when there is none */
  checkRoom(owner: string): void;
  /**
   * Checks the jobs in progress before a new one.
   *
   * @throws {AppError} `rate_limited` when too many jobs of the owner would be in progress
   */
  checkNewJob(owner: string): void;
  /** Checks the open event streams. @throws {AppError} `rate_limited` when the owner has too many */
  checkStream(owner: string, open: number): void;
  /** Returns the limit of unfinished imports, for an append that adds some. */
  importLimits(owner: string): Limits;
  /** Returns the limit of stored bytes, for the append that names a content of this size. */
  storageLimits(owner: string, sizeBytes: number): Limits;
  /** Returns the limit of jobs in progress, for an append that starts or restarts one. */
  jobLimits(owner: string): Limits;
  /** Returns the limit of the log's bytes, for an append that a client requested. */
  logLimits(owner: string): Limits;
  /** Returns the error of a limit that would be exceeded: `rate_limited` or `quota_exceeded`. */
  exceeded(limit: Limits[number], actual: number): AppError;
  /** Returns the most imports of one owner that may run at once. */
  importsAtOnce(): number;
}
