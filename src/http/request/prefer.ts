import type { AnswerSet } from "../response/response_headers.ts";

/** The part of a handler's context that a wait for an outcome needs. */
export interface WaitContext {
  readonly request: Request;
  readonly set: AnswerSet;
  readonly server: { timeout(request: Request, seconds: number): void } | null;
}

/** The limits of a wait for an outcome. */
export interface WaitLimits {
  /** The longest wait, in milliseconds; 0 answers 202 at once. */
  readonly timeoutMs: number;
  /** Aborts when the client has disconnected. */
  readonly signal: AbortSignal;
}

/** The longest wait that a client can request, in seconds. */
export const MAX_WAIT_SECONDS = 60;

/**
 * Returns the limits of a request's wait for its outcome, by `Prefer: respond-async` and `Prefer: wait=n` (RFC 7240).
 * Sets `Preference-Applied`, and lifts the server's own time limit. Malformed and unknown preferences are ignored, as
 * the RFC requires; a wait of more than a minute is a minute.
 *
 * @param defaultWaitMs the wait without a preference
 */
export function waitLimits({ request, set, server }: WaitContext, defaultWaitMs: number): WaitLimits {
  const preferences = (request.headers.get("prefer") ?? "")
    .split(",")
    .map((part) => part.split(";", 1).join("").trim().toLowerCase());
  const wait = preferences.map((part) => /^wait\s*=\s*"?(\d{1,9})"?$/.exec(part)?.[1]).find((n) => n !== undefined);
  const seconds = wait === undefined ? undefined : Math.min(Number(wait), MAX_WAIT_SECONDS);
  // RFC 7240, section 4.3: both together mean "wait this long, then answer asynchronously".
  const applied = [
    ...(preferences.includes("respond-async") ? ["respond-async"] : []),
    ...(seconds === undefined ? [] : [`wait=${seconds}`]),
  ];
  if (applied.length > 0) set.headers["preference-applied"] = applied.join(", ");
  const withoutSeconds = applied.length > 0 ? 0 : defaultWaitMs;
  const timeoutMs = seconds === undefined ? withoutSeconds : seconds * 1000;
  if (timeoutMs > 0) server?.timeout(request, 0);
  return { timeoutMs, signal: request.signal };
}
