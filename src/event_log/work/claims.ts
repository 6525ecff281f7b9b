/**
 * Exclusive rights to pieces of work, so that two workers of one log never do the same work at once. Works are named
 * `<worker> <position>`, which is unique in a log.
 */
export interface Claims {
  /**
   * Claims works.
   *
   * @returns those that were free, and are now the caller's until their release
   * @throws {AppError} `unavailable` when the claims cannot be checked now
   */
  take(works: readonly string[]): Promise<ReadonlySet<string>>;
  /** Releases a claim; a work that is not claimed stays free. */
  release(work: string): Promise<void>;
}

/** Creates claims for workers within this process, when no other process works on the same log. */
export function createLocalClaims(): Claims {
  const claimed = new Set<string>();
  return {
    take(works) {
      const granted = new Set(works.filter((work) => !claimed.has(work)));
      for (const work of granted) claimed.add(work);
      return Promise.resolve(granted);
    },
    release(work) {
      claimed.delete(work);
      return Promise.resolve();
    },
  };
}
