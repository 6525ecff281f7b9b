/** A number of tokens per time. */
export interface RatePolicy {
  /** The name for people and in the RateLimit fields, e.g. `owner`. */
  readonly name: string;
  readonly perSecond: number;
  /** The most tokens that can be taken at once. */
  readonly burst: number;
}

/** The state of a key after tokens were taken, or refused. */
export interface Verdict {
  readonly isAllowed: boolean;
  /** Whole tokens that are left. */
  readonly remaining: number;
  /** Seconds until the bucket is full again, rounded up. */
  readonly resetSeconds: number;
  /** Seconds until a request that was refused can pass, rounded up; at least 1. */
  readonly retrySeconds: number;
}

/** A policy with its name in the answers. */
export interface NamedPolicy extends RatePolicy {
  /** The `RateLimit-Policy` field: the quota, and its window in seconds. */
  readonly field: string;
}

/** A rate limiter with separate counts for each key. */
export interface RateLimiter {
  readonly policy: NamedPolicy;
  /** Takes the token of a request. */
  take(key: string): Verdict;
  /** Takes more tokens for a request that has one; at most as many as the burst has left beside it. */
  takeMore(key: string, tokens: number): Verdict;
  /** The number of keys that are remembered. */
  readonly size: number;
}

/** Header fields, in lower case. */
export type RateLimitFields = Readonly<Record<string, string>>;

interface Bucket {
  tokens: number;
  /** The time of the last count, in milliseconds. */
  at: number;
}

/** The most keys that are remembered. */
const MANY = 10_000;
/** The number of takes after which old keys are removed, up to twice as many as were added. */
const LOOK_EVERY = 16;

/**
 * Creates a token bucket per key: it fills at the policy's rate up to its burst. A full bucket needs no memory, so
 * memory is bounded by the keys in use.
 *
 * @param now monotonic, in milliseconds
 */
export function createRateLimiter(policy: RatePolicy, now: () => number = () => performance.now()): RateLimiter {
  const { name, perSecond, burst } = policy;
  const buckets = new Map<string, Bucket>();
  let takes = 0;

  function tokensOf({ tokens, at }: Bucket, time: number): number {
    return Math.min(burst, tokens + ((time - at) / 1000) * perSecond);
  }

  /**
   * Removes the oldest keys, when their buckets are full again or there are too many; a few at a time, so that no
   * request pays for all.
   */
  function forgetOld(time: number): void {
    let looked = 0;
    for (const [key, bucket] of buckets) {
      const isNeeded = buckets.size <= MANY && tokensOf(bucket, time) < burst;
      if (isNeeded || ++looked > 2 * LOOK_EVERY) return;
      buckets.delete(key);
    }
  }

  function taken(key: string, { cost, needed }: { cost: number; needed: number }): Verdict {
    const time = now();
    const bucket = buckets.get(key) ?? { tokens: burst, at: time };
    const tokens = tokensOf(bucket, time);
    const isAllowed = tokens >= cost;
    bucket.tokens = isAllowed ? tokens - cost : tokens;
    bucket.at = time;
    buckets.delete(key);
    buckets.set(key, bucket);
    if (++takes % LOOK_EVERY === 0) forgetOld(time);
    return {
      isAllowed,
      remaining: Math.floor(bucket.tokens),
      resetSeconds: Math.ceil((burst - bucket.tokens) / perSecond),
      retrySeconds: Math.max(1, Math.ceil((needed - bucket.tokens) / perSecond)),
    };
  }

  const windowSeconds = Math.max(1, Math.ceil(burst / perSecond));
  const field = `"${name}";q=${Math.floor(burst)};w=${windowSeconds}`;
  return {
    policy: { ...policy, field },
    get size() {
      return buckets.size;
    },
    take: (key) => taken(key, { cost: 1, needed: 1 }),
    takeMore(key, tokens) {
      const cost = Math.min(tokens, Math.max(burst - 1, 0));
      // The retried request takes its first token, too.
      return taken(key, { cost, needed: cost + 1 });
    },
  };
}

/**
 * Returns a function that writes the fields of a counted answer, by draft-ietf-httpapi-ratelimit-headers-10:
 * `RateLimit-Policy` has the quota and its window in seconds, `RateLimit` the rest and the seconds until the bucket is
 * full.
 */
export function createRateLimitFields({ name, field }: NamedPolicy): (verdict: Verdict) => RateLimitFields {
  // A client with a steady pace gets the same values again and again; formatting numbers costs more than the count
  // itself.
  let [left, reset] = [-1, -1];
  let fields: RateLimitFields = {};
  return ({ remaining, resetSeconds }) => {
    if (remaining !== left || resetSeconds !== reset) {
      [left, reset] = [remaining, resetSeconds];
      fields = { "ratelimit-policy": field, ratelimit: `"${name}";r=${remaining};t=${resetSeconds}` };
    }
    return fields;
  };
}
