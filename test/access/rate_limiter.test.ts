import { describe, expect, test } from "bun:test";
import { createRateLimiter, createRateLimitFields } from "../../src/access/rate_limiter.ts";

/** A limiter whose clock the test moves. */
function limiter(perSecond: number, burst: number) {
  let now = 1_000;
  const made = createRateLimiter({ name: "owner", perSecond, burst }, () => now);
  return {
    ...made,
    size: () => made.size,
    take: (key = "ann") => made.take(key),
    takeMore: (tokens: number) => made.takeMore("ann", tokens),
    allowed: (count: number, key = "ann") => Array.from({ length: count }, () => made.take(key).isAllowed),
    wait: (ms: number) => {
      now += ms;
    },
  };
}

describe("a rate limiter", () => {
  test("lets a burst through and no more", () => {
    expect(limiter(5, 10).allowed(12)).toEqual([...Array(10).fill(true), false, false]);
  });

  test("lets the rate through after that, however long it lasts", () => {
    const at = limiter(5, 10);
    at.allowed(10);
    let allowed = 0;
    for (let tick = 0; tick < 1_000; tick++) {
      at.wait(10);
      if (at.take().isAllowed) allowed++;
    }
    expect(allowed).toBe(50);
  });

  test("is full again after the time that it says, and no fuller", () => {
    const at = limiter(5, 10);
    at.allowed(9);
    const { resetSeconds } = at.take();
    expect(resetSeconds).toBe(2);
    at.wait(resetSeconds * 1_000);
    expect(at.take().remaining).toBe(9);
    at.wait(3_600_000);
    expect(at.take().remaining).toBe(9);
  });

  test("says when there is one again, and keeps its word", () => {
    const at = limiter(0.25, 2);
    at.allowed(2);
    const refused = at.take();
    expect(refused).toMatchObject({ isAllowed: false, remaining: 0, retrySeconds: 4 });
    at.wait(refused.retrySeconds * 1_000);
    expect(at.take().isAllowed).toBeTrue();
  });

  test("is not made fuller or emptier by refusals", () => {
    const at = limiter(1, 1);
    at.allowed(100);
    at.wait(1_000);
    expect(at.take().isAllowed).toBeTrue();
  });

  test("takes more tokens for a costly request, all or none, and says when it can pass", () => {
    const at = limiter(5, 10);
    at.take();
    expect(at.takeMore(6)).toMatchObject({ isAllowed: true, remaining: 3 });
    const refused = at.takeMore(6);
    expect(refused).toMatchObject({ isAllowed: false, remaining: 3, retrySeconds: 1 });
    at.wait(refused.retrySeconds * 1_000);
    expect([at.take().isAllowed, at.takeMore(6).isAllowed]).toEqual([true, true]);
  });

  test("lets a request pass that costs more than the burst, when all is there", () => {
    const at = limiter(1, 2);
    expect([at.take().isAllowed, at.takeMore(50)]).toMatchObject([true, { isAllowed: true, remaining: 0 }]);
    at.wait(1_000);
    at.take();
    const refused = at.takeMore(50);
    expect(refused).toMatchObject({ isAllowed: false, retrySeconds: 2 });
    at.wait(2_000);
    expect([at.take().isAllowed, at.takeMore(50).isAllowed]).toEqual([true, true]);
  });

  test("counts each key for itself", () => {
    const at = limiter(5, 10);
    at.allowed(50, "ann");
    expect(at.allowed(10, "bob")).not.toContain(false);
  });

  test("forgets whoever is full again, and stays bounded by any number of keys", () => {
    const at = limiter(1, 1);
    for (let key = 0; key < 50_000; key++) at.take(`${key}`);
    expect(at.size()).toBeLessThanOrEqual(10_016);
    at.wait(10_000);
    for (let count = 0; count < 6_000; count++) at.take("one more");
    expect(at.size()).toBe(1);
  });

  test("writes the fields of the draft", () => {
    const at = limiter(200, 400);
    const fieldsOf = createRateLimitFields(at.policy);
    expect(fieldsOf(at.take())).toEqual({ "ratelimit-policy": '"owner";q=400;w=2', ratelimit: '"owner";r=399;t=1' });
  });

  test("writes what is left each time, also when it was the same before", () => {
    const at = limiter(200, 400);
    const fieldsOf = createRateLimitFields(at.policy);
    const left = (key: string) => fieldsOf(at.take(key)).ratelimit;
    expect([left("ann"), left("bob"), left("ann"), left("ann"), left("bob")]).toEqual([
      '"owner";r=399;t=1',
      '"owner";r=399;t=1',
      '"owner";r=398;t=1',
      '"owner";r=397;t=1',
      '"owner";r=398;t=1',
    ]);
  });
});
