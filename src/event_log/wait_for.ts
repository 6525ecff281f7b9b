import type { EventLog } from "./event_log.ts";

/** How long to wait. */
export interface WaitOptions {
  /** In milliseconds; 0 looks once, Infinity waits for the signal. */
  readonly timeoutMs: number;
  /** Ends the waiting, e.g. when the client has gone; what was asked for goes on. */
  readonly signal?: AbortSignal;
}

/**
 * Waits until a look at the read tables finds what it looks for.
 *
 * @param look called at once and after each commit; undefined means not yet
 * @returns what it found, or undefined when the time ran out or the signal came
 */
export function waitFor<Found>(
  log: EventLog,
  look: () => Found | undefined,
  { timeoutMs, signal }: WaitOptions,
): Promise<Found | undefined> {
  const { promise, resolve, reject } = Promise.withResolvers<Found | undefined>();
  const unsubscribe = log.subscribe(check);
  // Bun's setTimeout takes Infinity for no time at all.
  const timer = timeoutMs === Infinity ? undefined : setTimeout(() => resolve(undefined), timeoutMs);
  const onAbort = () => resolve(undefined);
  signal?.addEventListener("abort", onAbort);

  function check(): void {
    try {
      const found = look();
      if (found !== undefined) resolve(found);
    } catch (error) {
      reject(error);
    }
  }

  check();
  if (signal?.aborted) onAbort();
  return promise.finally(() => {
    unsubscribe();
    clearTimeout(timer);
    signal?.removeEventListener("abort", onAbort);
  });
}
