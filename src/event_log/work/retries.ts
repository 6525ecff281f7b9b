import { isPassing, LostWork } from "../../core/shortage.ts";

/** The failures of pieces of work, and the decision to retry. */
export interface Retries {
  /** Records a failure. `pauseMs` is the wait before the next attempt; null when the work must be given up. */
  failed(work: number, error: unknown): { readonly count: number; readonly pauseMs: number | null };
  succeeded(work: number): void;
  /** Returns the wait before the next attempt of work that could not even be given up; one more fault gives it up. */
  postponed(work: number): number;
  forget(work: number): void;
}

interface Failures {
  /** The number of failures in a row. */
  readonly count: number;
  /** The number of failures that were not a shortage. */
  readonly faults: number;
  /** The number of failures that were {@linkcode LostWork}. */
  readonly losses: number;
  /** The number of losses with other work completed since the loss before. */
  readonly blamed: number;
  /** The amount of successful work at the last blamed loss. */
  readonly doneThen: number;
}

const NO_FAILURES: Failures = { count: 0, faults: 0, losses: 0, blamed: 0, doneThen: -1 };

/** The longest wait before the next attempt. */
const MAX_PAUSE_MS = 60_000;

/**
 * The losses after which work is given up when other work succeeded in between, and the limit in any case, which takes
 * about an hour: a machine short of memory kills innocent processes, too.
 */
const BLAMED_LOSSES = 5;
const MAX_LOSSES = 60;

/** Creates the failure record of one worker. */
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
