import { isPassing, LostWork } from "../../core/shortage.ts";

/** The failures of pieces of work, and the decision to try again. */
export interface Retries {
  /** Notes a failure. `pauseMs` is the wait before the next attempt; null when the work is to be given up. */
  failed(work: number, error: unknown): { readonly count: number; readonly pauseMs: number | null };
  succeeded(work: number): void;
  /** Returns the wait before the next attempt of work that could not even be given up; one more fault gives it up. */
  postponed(work: number): number;
  forget(work: number): void;
}

interface Failures {
  /** Failures in a row. */
  readonly count: number;
  /** Those that were not a shortage. */
  readonly faults: number;
  /** Those that were {@linkcode LostWork}. */
  readonly losses: number;
  /** The losses with other work done since the last one. */
  readonly blamed: number;
  /** How much work had succeeded at the last blamed loss. */
  readonly doneThen: number;
}

const NO_FAILURES: Failures = { count: 0, faults: 0, losses: 0, blamed: 0, doneThen: -1 };

/** The longest wait before the next attempt. */
const MAX_PAUSE_MS = 60_000;

/**
 * Losses after which work is given up when other work succeeded in between, and in any case, which takes about an hour:
 * a machine short of memory kills innocent processes, too.
 */
const BLAMED_LOSSES = 5;
const MAX_LOSSES = 60;

/** Creates the memory of failures of one worker. */
export function createRetries({ attempts, retryMs }: { readonly attempts: number; readonly retryMs: number }): Retries {
  const failures = new Map<number, Failures>();
  let done = 0;

  function pauseAfter(count: number): number {
    return Math.min(retryMs * 2 ** (count - 1), MAX_PAUSE_MS);
  }

  return {
    failed(work, error) {
      const { count, faults, losses, blamed, doneThen } = failures.get(work) ?? NO_FAILURES;
      const isLost = error instanceof LostWork;
      const isBlamed = isLost && done > doneThen;
      const now = {
        count: count + 1,
        faults: faults + Number(!isPassing(error)),
        losses: losses + Number(isLost),
        blamed: blamed + Number(isBlamed),
        doneThen: isBlamed ? done : doneThen,
      };
      failures.set(work, now);
      const isToBlame = isLost && (now.blamed >= BLAMED_LOSSES || now.losses >= MAX_LOSSES);
      if (now.faults < attempts && !isToBlame) return { count: now.count, pauseMs: pauseAfter(now.count) };
      failures.delete(work);
      return { count: now.count, pauseMs: null };
    },
    succeeded(work) {
      failures.delete(work);
      done++;
    },
    postponed(work) {
      failures.set(work, { ...NO_FAILURES, count: attempts + 1, faults: attempts - 1 });
      return pauseAfter(attempts + 1);
    },
    forget: (work) => failures.delete(work),
  };
}
