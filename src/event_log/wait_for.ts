import type { EventLog } from "./event_log.ts";

/** The condition, time limit and signal of a wait. */
export interface WaitOptions<Value> {
  /** Returns true for a value that ends the wait. */
  readonly until: (value: Value) => boolean;
  /** The time limit in milliseconds; 0 reads once, Infinity waits for the signal. */
  readonly timeoutMs: number;
  /** Ends the wait, e.g. when the client has disconnected; the work itself goes on. */
  readonly signal?: AbortSignal;
}

/**
 * Waits for an outcome in the read tables.
 *
 * @param read called at once, after each commit, and when the time runs out or the signal aborts
 * @returns the last value that was read, which satisfies `until` unless the wait was cut short
 */
export async function waitFor<Value>(
  log: EventLog,
  read: () => Value,
  { until, timeoutMs, signal }: WaitOptions<Value>,
): Promise<Value> {
  const { promise, resolve, reject } = Promise.withResolvers<Value>();
  const check = (isLast: boolean) => {
    try {
      const value = read();
      if (isLast || until(value)) resolve(value);
    } catch (error) {
      reject(error);
    }
  };
  const stop = () => check(true);
  const unsubscribe = log.subscribe(() => check(false));
  // Bun's setTimeout treats Infinity as 0.
  const timer = timeoutMs === Infinity ? undefined : setTimeout(stop, timeoutMs);
  signal?.addEventListener("abort", stop);
  check(signal?.aborted ?? false);
  try {
    return await promise;
  } finally {
    unsubscribe();
    clearTimeout(timer);
    signal?.removeEventListener("abort", stop);
  }
}
