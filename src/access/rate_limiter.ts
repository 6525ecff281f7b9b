/** A number of tokens in a time. */
export interface RatePolicy {
  /** For people and the RateLimit fields, e.g. `owner`. */
  readonly name: string;
  readonly perSecond: number;
  /** As many may come at once. */
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

/** A policy, and how the answers name it. */
export interface NamedPolicy extends RatePolicy {
  /** The `RateLimit-Policy` field: the quota, and its window in seconds. */
  readonly field: string;
}

/** Counts by key, each key for itself. */
export interface RateLimiter {
  readonly policy: NamedPolicy;
  /** Takes the token of a request. */
  take(key: string): Verdict;
  /** Takes more tokens for a request that has one; as many as the burst has left beside it stand for any more. */
  takeMore(key: string, tokens: number): Verdict;
  /** The number of keys that are remembered. */
  readonly size: number;
}

/** Header fields, in lower case. */
export type RateLimitFields = Readonly<Record<string, string>>;

interface Bucket {
  tokens: number;
  /** When the tokens were counted, in milliseconds. */
  at: number;
}

/** The most keys that are remembered. */
const MANY = 10_000;
/** The number of takes after which old keys are removed, up to twice as many as were added. */
const LOOK_EVERY = 16;

/**
 * A token bucket per key: it fills at the policy's rate up to its burst. A full one needs no memory, so what is kept is
 * bounded by those who really come.
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

  /** The ones that came longest ago go, when they are full again or too many; a few at a time, so that none pays for all. */
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
      // The request that comes again takes its first token, too.
      return taken(key, { cost, needed: cost + 1 });
    },
  };
}

/**
 * Writes the fields of an answer that was counted, by draft-ietf-httpapi-ratelimit-headers-10: `RateLimit-Policy` has
 * the quota and its window in seconds, `RateLimit` what is left and when all is there again.
 */
export function createRateLimitFields({ name, field }: NamedPolicy): (verdict: Verdict) => RateLimitFields {
  // Who asks at a steady pace finds the same again and again; writing numbers costs more than the count itself.
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
