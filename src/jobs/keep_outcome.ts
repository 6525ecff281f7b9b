import { isPassing } from "../core/shortage.ts";

/** A piece of work whose outcome costs money, and how it is recorded. */
export interface CostlyWork<Outcome> {
  readonly key: string;
  readonly signal: AbortSignal;
  readonly make: () => Promise<Outcome>;
  readonly record: (outcome: Outcome) => Promise<void>;
}

/**
 * Makes outcomes and keeps each until it is recorded: when the disk is full, the next attempt records what was made
 * and does not pay for it again.
 */
export function createOutcomeKeeper<Outcome>(): (work: CostlyWork<Outcome>) => Promise<void> {
  const kept = new Map<string, Outcome>();
  return async ({ key, signal, make, record }) => {
    const outcome = kept.get(key) ?? (await make());
    kept.delete(key);
    try {
      await record(outcome);
    } catch (error) {
      if (!signal.aborted && isPassing(error)) kept.set(key, outcome);
      throw error;
    }
  };
}
