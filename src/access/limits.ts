import { HttpError } from "../http/mod.ts";
import { createRateLimiter, createRateLimitFields, type RateLimitFields, type RatePolicy } from "./rate_limiter.ts";

/** The rate limits of a server; 0 is no limit. */
export interface LimitSettings {
  readonly requestsPerSecond: number;
  readonly authFailuresPerMinute: number;
}

/** Counters of requests to a server with keys. */
export interface Limits {
  /**
   * Counts a request with a key of an owner.
   *
   * @param tokens of a costly request, beyond the one that was counted when it came
   * @returns the fields of its answer
   * @throws {HttpError} `rate_limited`
   */
  countRequest(owner: string, tokens?: number): RateLimitFields;
  /** Counts a read by a signed URL, separately, so that a shared URL cannot use up its owner's requests. */
  countSignedRead(owner: string, tokens?: number): RateLimitFields;
  /** Counts a request without valid credentials. @throws {HttpError} `rate_limited` */
  countFailure(address: string): void;
}

/** Creates the counters. The burst is twice the rate. */
export function createLimits({ requestsPerSecond, authFailuresPerMinute }: LimitSettings): Limits {
  const rate = { perSecond: requestsPerSecond, burst: 2 * requestsPerSecond };
  const failures = { name: "failures", perSecond: authFailuresPerMinute / 60, burst: authFailuresPerMinute };
  const countRequest = counter({ name: "owner", ...rate }, "Cannot answer so many requests of this owner at once");
  const countSignedRead = counter(
    { name: "signed", ...rate },
    "Cannot answer so many reads by signed URLs of this owner at once",
  );
  const countFailure = counter(failures, "Cannot accept so many wrong keys from this address");
  return { countRequest, countSignedRead, countFailure: (address) => void countFailure(networkOf(address)) };
}

/** Counts by a policy, unless it has no limit; `why` is the text of the error. */
function counter(policy: RatePolicy, why: string): (key: string, tokens?: number) => RateLimitFields {
  if (policy.perSecond <= 0) return () => ({});
  const limiter = createRateLimiter(policy);
  const fieldsOf = createRateLimitFields(limiter.policy);
  return (key, tokens) => {
    const verdict = tokens === undefined ? limiter.take(key) : limiter.takeMore(key, tokens);
    const fields = fieldsOf(verdict);
    if (verdict.isAllowed) return fields;
    const reason = tokens === undefined ? why : `${why}: this one counts as ${Math.min(tokens + 1, policy.burst)}`;
    throw new HttpError("rate_limited", reason, {
      headers: { ...fields, "retry-after": String(verdict.retrySeconds) },
    });
  };
}

/** Returns the network of an address: an IPv6 client has 2^64 addresses. */
function networkOf(address: string): string {
  if (!address.includes(":") || address.includes(".")) return address;
  const [head = "", tail = ""] = address.split("::");
  const groups = head.split(":").filter((group) => group !== "");
  const missing = 8 - groups.length - tail.split(":").filter((group) => group !== "").length;
  const all = address.includes("::")
    ? [...groups, ...Array<string>(Math.max(missing, 0)).fill("0"), ...tail.split(":")]
    : groups;
  return all.slice(0, 4).join(":");
}
