/**
 * The limits of one owner's usage at a time. Every check only reads. Before an append a check refuses early, but a
 * concurrent request can overtake it; within the append, when the new item is counted already, it cannot.
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
   * @param more imports that are not counted yet; 0 within the append
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
   * Checks the stored bytes within the append that stores a content, so the limit holds under concurrent requests.
   *
   * @param sizeBytes the size of the content, which is counted already
   * @throws {AppError} `quota_exceeded` when the owner's contents are now too large in total
   */
  checkStored(owner: string, sizeBytes: number): void;
  /** Checks the log's room within an append that a client requested. @throws {AppError} `quota_exceeded` when the log leaves no room */
  checkLog(owner: string): void;
  /**
   * Checks the jobs in progress before each command that starts or restarts one: a new job, a retry, an approval,
   * another storyboard.
   *
   * @param more jobs that are not counted yet; 0 within the append
   * @throws {AppError} `rate_limited` when too many jobs of the owner would be in progress
   */
  checkJobs(owner: string, more: number): void;
  /** Checks the open event streams. @throws {AppError} `rate_limited` when the owner has too many */
  checkStream(owner: string, open: number): void;
  /** Returns the most imports of one owner that may run at once. */
  importsAtOnce(): number;
}
