import { AppError } from "../../core/errors.ts";

/** The pace that a sender must keep, so that no slow sender holds a connection and its files. */
export interface BodyPace {
  /** The longest silence, in milliseconds. */
  readonly idleMs: number;
  /** The time before the pace counts, in milliseconds of waiting for the body. */
  readonly graceMs: number;
  /** The least bytes per second after that. */
  readonly leastBytesPerSecond: number;
}

/** The pace of a modem: the slowest mobile connection is ten times as fast. */
export const BODY_PACE: BodyPace = { idleMs: 30_000, graceMs: 30_000, leastBytesPerSecond: 1024 };

/**
 * Reads a body chunk by chunk, and cancels the rest of it at the end. The clock runs only while the server waits for
 * the sender, not while it stores a chunk.
 *
 * @param what the noun in the text of the error: `form`
 * @throws {AppError} `request_timeout` for a sender that is silent or too slow; `bad_request` when the connection
 *   closes
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

/** Returns the error of a sender that is too slow. */
export function tooSlow(what: string, { leastBytesPerSecond }: BodyPace): AppError {
  return timedOut(what, slow(leastBytesPerSecond));
}

function timedOut(what: string, why: string): AppError {
  return new AppError("request_timeout", `Cannot read the ${what}: ${why}`);
}

const slow = (bytesPerSecond: number) => `it comes at less than ${bytesPerSecond} bytes a second`;
const silent = (idleMs: number) => `nothing came for ${idleMs / 1000} seconds`;
