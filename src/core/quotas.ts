/**
 * What one owner may use at a time, so that none takes it all. Every check only reads. One that is asked before an append
 * The limits of what one owner uses at a time. Every check only reads. Before an append a check refuses cheaply, and can
 *
 * Stored bytes are those of the contents of an owner's assets and of the videos of its jobs, each in full whoever else
 * has the same content. So what is deleted gives back what it has taken, and nobody learns what others have.
 * Thumbnails are small and made of what is counted, so they are not.
 *
 * The log counts as well, with all of an owner's events beyond the first MiB: it is never made smaller.
 */
export interface Quotas {
  /**
   * @param more imports that are not counted yet; 0 within the append
   * @throws {AppError} `rate_limited` when too many imports of the owner would be unfinished
   */
  checkImports(owner: string, more: number): void;
  /**
   * @param arrivedBytes what has arrived of the owner's uploads that are not over
   * @throws {AppError} `rate_limited` when that is more than the room that is left, and the largest asset
   */
  checkUploads(owner: string, arrivedBytes: number): void;
  /**
   * @param owners how many uploads of the owner are under way, with the new one
   * @param all those of all owners
   * @throws {AppError} `rate_limited` when either are too many
   */
  checkUploadsAtOnce(owners: number, all: number): void;
  /** Checks for any room, before bytes are fetched or made. @throws {AppError} `quota_exceeded` when there is none */
  checkRoom(owner: string): void;
  /**
   * Asked within the append that stores a content: so exactly what fits is stored, whatever comes in at once.
   *
   * @param sizeBytes of the content that is counted already
   * @throws {AppError} `quota_exceeded` when the owner's contents are too large in all now
   */
  checkStored(owner: string, sizeBytes: number): void;
  /** Checks the log's room within an append that a client requested. @throws {AppError} `quota_exceeded` when the log leaves no room */
  checkLog(owner: string): void;
  /**
   * Asked for whatever sets a job going, also again: a new one, a retry, an approval, another storyboard.
   *
   * @param more jobs that are not counted yet; 0 within the append
   * @throws {AppError} `rate_limited` when too many jobs of the owner would be in progress
   */
  checkJobs(owner: string, more: number): void;
  /** @throws {AppError} `rate_limited` when the owner has so many streams of events open */
  checkStream(owner: string, open: number): void;
  /** Returns the most imports of one owner that may run at once. */
  importsAtOnce(): number;
}
