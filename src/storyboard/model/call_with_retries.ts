import { AppError } from "../../core/errors.ts";
import { parseRetryAfter } from "../../core/retry_after.ts";
import { shortageOf } from "../../core/shortage.ts";
import { type Answer, CallError } from "./ask.ts";

/** The timing of model calls. */
export interface CallTiming {
  /** The limit for one call, including the connection and the body. */
  readonly callTimeoutMs: number;
  /** Waits, or rejects with the signal's reason. */
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
  readonly now: () => number;
}

/** The number of tries, and the longest honoured `Retry-After`. */
const CALL_LIMITS = { tries: 3, retryAfterMs: 20_000 } as const;

/**
 * Calls up to three times. Retries after 429, any 5xx and a time-out, after the pause of `Retry-After` (at most 20 s),
 * else after 1 s and 2 s.
 *
 * @throws the signal's reason when it is cancelled
 * @throws {AppError} `source_timeout`, `source_unreachable`, `unavailable` (429, or no access) or `source_error`
 */
export async function callWithRetries(
  call: (signal: AbortSignal) => Promise<Answer>,
  { signal, timing }: { signal: AbortSignal; timing: CallTiming },
): Promise<Answer> {
  for (let attempt = 1; ; attempt++) {
    signal.throwIfAborted();
    const clock = new AbortController();
    const timer = setTimeout(() => clock.abort(), timing.callTimeoutMs);
    try {
      return await call(AbortSignal.any([signal, clock.signal]));
    } catch (error) {
      signal.throwIfAborted();
      // A shortage on this machine is not the provider's fault.
      if (error instanceof AppError || shortageOf(error) !== undefined) throw error;
      const timedOut = clock.signal.aborted;
      const status = error instanceof CallError ? error.status : undefined;
      const passing = timedOut || status === 429 || (status !== undefined && status >= 500);
      if (!passing || attempt === CALL_LIMITS.tries) throw failure({ timedOut, status, attempt });
      const wish = error instanceof CallError ? parseRetryAfter(error.retryAfter, timing.now()) : undefined;
      await timing.sleep(Math.min(wish ?? 1000 * attempt, CALL_LIMITS.retryAfterMs), signal);
    } finally {
      clearTimeout(timer);
    }
  }
}

/** Waits, or rejects with the signal's reason. */
export function sleep(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const stop = () => {
      clearTimeout(timer);
      reject(signal.reason);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener("abort", stop);
      resolve();
    }, ms);
    signal.addEventListener("abort", stop, { once: true });
  });
}

function failure({ timedOut, status, attempt }: { timedOut: boolean; status: number | undefined; attempt: number }) {
  const times = attempt === 1 ? "" : `, ${attempt} times`;
  if (timedOut)
    return new AppError("source_timeout", `Cannot plan the scenes: the model did not answer in time${times}`);
  if (status === undefined) {
    return new AppError("source_unreachable", "Cannot plan the scenes: the model provider could not be reached");
  }
  if (status === 429) {
    return new AppError("unavailable", `Cannot plan the scenes: the model provider is over its limit (429)${times}`);
  }
  if (status === 401 || status === 403) {
    return new AppError(
      "unavailable",
      `Cannot plan the scenes: the model provider refused access (${status}); check AI_API_KEY`,
    );
  }
  if (status === 404) {
    return new AppError(
      "source_error",
      "Cannot plan the scenes: the model provider has no such model (404); check AI_MODEL",
    );
  }
  return new AppError("source_error", `Cannot plan the scenes: the model provider answered ${status}${times}`);
}
