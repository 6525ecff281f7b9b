/**
 * What one owner may use at a time, so that none takes it all. Every check only reads, and at once: called right before
 * an append, nothing can come in between.
 */
export interface Quotas {
  /** @throws {AppError} `rate_limited` when too many imports of the owner are unfinished */
  checkImports(owner: string, count: number): void;
  /** @throws {AppError} `conflict` when the owner's contents would be too large in all */
  checkBytes(owner: string, sizeBytes: number): void;
  /** @throws {AppError} `rate_limited` when too much of the owner's jobs is going on */
  checkJob(owner: string): void;
  /** @throws {AppError} `rate_limited` when the owner has so many streams of events open */
  checkStream(owner: string, open: number): void;
  /** How many imports of one owner may run at once. */
  importsAtOnce(): number;
}
