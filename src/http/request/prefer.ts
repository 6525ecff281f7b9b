/** The client's preference about waiting (RFC 7240). */
export interface Preference {
  /** The longest wait for the outcome, in milliseconds; 0 answers 202 at once. */
  readonly waitMs: number;
  /** The `Preference-Applied` header; null without a preference. */
  readonly applied: string | null;
}

/** The longest wait that a client can request, in seconds. */
export const MAX_WAIT_SECONDS = 60;

/**
 * Reads `Prefer: respond-async` and `Prefer: wait=n`. Malformed and unknown preferences are ignored, as RFC 7240
 * requires; a wait of more than a minute is a minute.
 *
 * @param defaultWaitMs the wait without a preference
 */
export function preferenceOf(request: Request, defaultWaitMs: number): Preference {
  const header = request.headers.get("prefer");
  if (header === null) return { waitMs: defaultWaitMs, applied: null };
  const preferences = header.split(",").map((part) => part.split(";", 1).join("").trim().toLowerCase());
  const wait = preferences.map((part) => /^wait\s*=\s*"?(\d{1,9})"?$/.exec(part)?.[1]).find((n) => n !== undefined);
  const seconds = wait === undefined ? undefined : Math.min(Number(wait), MAX_WAIT_SECONDS);
  const respondAsync = preferences.includes("respond-async");
  // RFC 7240, section 4.3: both together mean "wait this long, then answer asynchronously".
  if (seconds !== undefined) {
    return { waitMs: seconds * 1000, applied: `${respondAsync ? "respond-async, " : ""}wait=${seconds}` };
  }
  if (respondAsync) return { waitMs: 0, applied: "respond-async" };
  return { waitMs: defaultWaitMs, applied: null };
}
