import { abortable } from "../core/abortable.ts";
import { AppError } from "../core/errors.ts";
import { parseRetryAfter } from "../core/retry_after.ts";
import { shortageOf } from "../core/shortage.ts";

/** The limits of calls; tests shorten them. */
export interface VendorLimits {
  /** The limit for one call, including the connection and the body. */
  readonly callTimeoutMs: number;
  /** The wait without a `Retry-After`, doubled once. */
  readonly pauseMs: number;
}

/** The limits for a line of four minutes at a slow server. */
export const VENDOR_LIMITS: VendorLimits = { callTimeoutMs: 120_000, pauseMs: 1_000 };

/** The number of tries, and the longest honoured `Retry-After`. */
const TRIES = 3;
const MAX_RETRY_AFTER_MS = 20_000;

/** The largest accepted answer: five minutes of sound at 48 kHz in base64. */
const MAX_ANSWER_BYTES = 64 * 1024 ** 2;

/** A call of a vendor's API. */
export interface VendorCall {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  readonly body: unknown;
  readonly signal: AbortSignal;
  readonly limits: VendorLimits;
}

/** Returns the error of a vendor's answer that cannot be used. */
export function vendorError(why: string): AppError {
  return new AppError("source_error", `Cannot speak the line: ${why}`);
}

/**
 * Posts JSON and returns the body of a 2xx answer, or null for 404 and 405. Follows no redirect, which would send the
 * key to another host.
 *
 * Repeats a call that was answered 429 or 5xx, which vendors do not charge for, up to three times. An answer that was
 * lost on its way may have been charged for, so it is an error.
 *
 * @throws {AppError} `source_timeout`, `source_unreachable`, `source_error`, or `unavailable` for 429
 * @throws the signal's reason when it is cancelled
 */
export async function callVendor(call: VendorCall): Promise<Uint8Array | null> {
  const { signal, limits } = call;
  for (let attempt = 1; ; attempt++) {
    signal.throwIfAborted();
    const answer = await callOnce(call);
    if (answer instanceof Uint8Array) return answer;
    const { status, retryAfter } = answer;
    if (status === 404 || status === 405) return null;
    if (!isPassing(status) || attempt === TRIES) throw statusError(status, attempt);
    const wanted = parseRetryAfter(retryAfter, Date.now()) ?? limits.pauseMs * 2 ** (attempt - 1);
    await abortable(Bun.sleep(Math.min(wanted, MAX_RETRY_AFTER_MS)), signal);
  }
}

/** A status that is not 2xx. */
interface Rejection {
  readonly status: number;
  readonly retryAfter: string | null;
}

async function callOnce({ url, headers, body, signal, limits }: VendorCall): Promise<Uint8Array | Rejection> {
  const deadline = new AbortController();
  const timer = setTimeout(() => deadline.abort(), limits.callTimeoutMs);
  let isAnswered = false;
  try {
    const response = await fetch(url, {
      method: "POST",
      headers: { "Content-Type": "application/json", ...headers },
      body: JSON.stringify(body),
      redirect: "manual",
      signal: AbortSignal.any([signal, deadline.signal]),
    });
    isAnswered = true;
    if (response.ok) return await readBody(response);
    await response.body?.cancel();
    return { status: response.status, retryAfter: response.headers.get("retry-after") };
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof AppError || shortageOf(error) !== undefined) throw error;
    if (deadline.signal.aborted) {
      throw new AppError("source_timeout", "Cannot speak the line: the speech server did not answer in time");
    }
    if (isAnswered) throw vendorError("the speech server's answer ended early");
    throw new AppError(
      "source_unreachable",
      "Cannot speak the line: the speech server could not be reached, or its answer was lost; check SPEECH_BASE_URL",
    );
  } finally {
    clearTimeout(timer);
  }
}

async function readBody({ body }: Response): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  let size = 0;
  for await (const piece of body ?? []) {
    size += piece.byteLength;
    if (size > MAX_ANSWER_BYTES) throw vendorError("the speech server's answer is larger than any spoken line");
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
}

/** Parses a body as JSON. @throws {AppError} `source_error` */
export function parseJson(body: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(body).toString());
  } catch {
    throw vendorError("the speech server did not answer with JSON");
  }
}

function isPassing(status: number): boolean {
  return status === 429 || status >= 500;
}

function statusError(status: number, attempt: number): AppError {
  const times = attempt === 1 ? "" : `, ${attempt} times`;
  if (status === 429) {
    return new AppError("unavailable", `Cannot speak the line: the speech server is over its limit (429)${times}`);
  }
  if (status === 401 || status === 403) {
    return vendorError(`the speech server refused access (${status}); check SPEECH_API_KEY`);
  }
  if (status === 400 || status === 422) {
    return vendorError(`the speech server refused the request (${status}); check SPEECH_MODEL and SPEECH_VOICE`);
  }
  return vendorError(`the speech server answered ${status}${times}`);
}
