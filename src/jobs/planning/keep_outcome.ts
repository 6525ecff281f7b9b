import { isPassing } from "../../core/shortage.ts";

/** Work whose outcome costs money. */
export interface CostlyWork<Outcome> {
  readonly key: string;
  readonly signal: AbortSignal;
  readonly make: () => Promise<Outcome>;
  readonly record: (outcome: Outcome) => Promise<void>;
}

/**
 * Creates a runner that keeps an outcome until it is recorded: after a full disk, the next attempt records the outcome
 * without paying for it again.
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
