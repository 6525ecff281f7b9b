/**
 * What one owner may use at a time, so that none takes it all. Every check only reads, and at once: what is called right
 * before an append can be overtaken only while that waits for another process; what is called within it, never.
 *
 * Stored bytes are those of the contents of an owner's assets and of the videos of its jobs, each in full whoever else
 * has the same content. So what is deleted gives back what it has taken, and nobody learns what others have.
 * Thumbnails are small and made of what is counted, so they are not.
 */
export interface Quotas {
  /** @throws {AppError} `rate_limited` when too many imports of the owner are unfinished */
  checkImports(owner: string, count: number): void;
  /** Whether there is any room, before bytes are fetched or made. @throws {AppError} `quota_exceeded` when there is none */
  checkRoom(owner: string): void;
  /**
   * Asked within the append that stores a content: so exactly what fits is stored, whatever comes in at once.
   *
   * @param sizeBytes of the content that is counted already
   * @throws {AppError} `quota_exceeded` when the owner's contents are too large in all now
   */
  checkStored(owner: string, sizeBytes: number): void;
  /** @throws {AppError} `rate_limited` when too much of the owner's jobs is going on */
  checkJob(owner: string): void;
  /** @throws {AppError} `rate_limited` when the owner has so many streams of events open */
  checkStream(owner: string, open: number): void;
  /** How many imports of one owner may run at once. */
  importsAtOnce(): number;
}
