import { Refusal } from "../http/refusal.ts";
import { createRateLimiter, type RateLimiter, rateLimitFields } from "./rate_limiter.ts";

/** How much a server takes; 0 is no limit. */
export interface LimitSettings {
  readonly requestsPerSecond: number;
  readonly authFailuresPerMinute: number;
}

/** What is counted at the door of a server with keys. */
export interface Limits {
  /**
   * Counts a request with a key of an owner.
   *
   * @returns the fields of its answer
   * @throws {Refusal} `rate_limited`
   */
  countRequest(owner: string): Readonly<Record<string, string>>;
  /** Counts a read by a signed URL: apart, so that who shares one cannot use up what its owner may ask. */
  countSignedRead(owner: string): Readonly<Record<string, string>>;
  /** Counts a request that failed to say who it is from. @throws {Refusal} `rate_limited` */
  countFailure(address: string): void;
}

/** Makes the counters. The burst is twice the rate. */
export function createLimits({ requestsPerSecond, authFailuresPerMinute }: LimitSettings): Limits {
  const rate = { perSecond: requestsPerSecond, burst: 2 * requestsPerSecond };
  const owners = requestsPerSecond > 0 ? createRateLimiter({ name: "owner", ...rate }) : null;
  const reads = requestsPerSecond > 0 ? createRateLimiter({ name: "signed", ...rate }) : null;
  const failures =
    authFailuresPerMinute > 0
      ? createRateLimiter({ name: "failures", perSecond: authFailuresPerMinute / 60, burst: authFailuresPerMinute })
      : null;

  function count(limiter: RateLimiter | null, key: string, why: string): Readonly<Record<string, string>> {
    if (!limiter) return {};
    const verdict = limiter.take(key);
    const fields = rateLimitFields(limiter.policy, verdict);
    if (verdict.isAllowed) return fields;
    throw new Refusal("rate_limited", why, { ...fields, "retry-after": String(verdict.retrySeconds) });
  }

  return {
    countRequest: (owner) => count(owners, owner, "Cannot answer so many requests of this owner at once"),
    countSignedRead: (owner) => count(reads, owner, "Cannot answer so many reads by signed URLs of this owner at once"),
    countFailure: (address) =>
      void count(failures, networkOf(address), "Cannot accept so many wrong keys from this address"),
  };
}

/** Whoever has an IPv6 address has 2^64 of them. */
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
