import { AppError } from "../../core/errors.ts";

/** The pace that a sender must keep, so that none holds a connection and its files for next to nothing. */
export interface BodyPace {
  /** The longest silence, in milliseconds. */
  readonly idleMs: number;
  /** How long the server waits for a body in all, in milliseconds, before what has come counts. */
  readonly graceMs: number;
  /** What buys the sender another second. */
  readonly leastBytesPerSecond: number;
}

/** A modem's pace: the slowest mobile connection is ten times as fast. */
export const BODY_PACE: BodyPace = { idleMs: 30_000, graceMs: 30_000, leastBytesPerSecond: 1024 };

/**
 * Reads a body chunk by chunk, and cancels what is left of it at the end. The clock runs only while the sender is waited for: what the server itself takes to
 * store a chunk is not held against the sender.
 *
 * @param what is read, for the sentence of the error: `form`
 * @throws {AppError} `request_timeout` for a sender that is silent or too slow; `bad_request` when the connection closes
 */
export async function* readBody(
  reader: ReadableStreamDefaultReader<Uint8Array>,
  what: string,
  { idleMs, graceMs, leastBytesPerSecond }: BodyPace = BODY_PACE,
): AsyncGenerator<Uint8Array> {
  let [waitedMs, received] = [0, 0];
  try {
    for (;;) {
      const leftMs = graceMs + (received / leastBytesPerSecond) * 1000 - waitedMs;
      const why = leftMs < idleMs ? slow(leastBytesPerSecond) : silent(idleMs);
      const since = performance.now();
      const { done, value } = await withinMs(reader, { what, limitMs: Math.min(leftMs, idleMs), why });
      waitedMs += performance.now() - since;
      if (done) return;
      received += value.byteLength;
      yield value;
    }
  } finally {
    reader.cancel().catch(() => {});
  }
}

async function withinMs(
  reader: ReadableStreamDefaultReader<Uint8Array>,
  { what, limitMs, why }: { what: string; limitMs: number; why: string },
) {
  const late = Promise.withResolvers<never>();
  const tooLate = () => late.reject(timedOut(what, why));
  const timer = setTimeout(tooLate, Math.max(0, limitMs));
  const reading = reader.read().catch(() => {
    throw new AppError("bad_request", `Cannot read the ${what}: the connection was closed before its end`);
  });
  try {
    return await Promise.race([reading, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}

/** The refusal of a sender that is too slow. */
export function tooSlow(what: string, { leastBytesPerSecond }: BodyPace): AppError {
  return timedOut(what, slow(leastBytesPerSecond));
}

function timedOut(what: string, why: string): AppError {
  return new AppError("request_timeout", `Cannot read the ${what}: ${why}`);
}

const slow = (bytesPerSecond: number) => `it comes at less than ${bytesPerSecond} bytes a second`;
const silent = (idleMs: number) => `nothing came for ${idleMs / 1000} seconds`;
