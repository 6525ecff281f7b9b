import { describe, expect, test } from "bun:test";
import { createLimits } from "../../src/access/limits.ts";
import { importAsset, startServerAndOrigin } from "../support/imports.ts";
import { type MadeKey, newKey } from "../support/keys.ts";
import { startTestServer, type TestServer, until } from "../support/test_server.ts";

/** A server that needs keys, with two owners. */
async function closedServer(env: Record<string, string>): Promise<{ server: TestServer; ann: MadeKey; bob: MadeKey }> {
  const server = await startTestServer(env);
  const ann = await newKey(server.config.dataDir, "ann");
  const bob = await newKey(server.config.dataDir, "bob");
  await until(async () => (await server.get("/api/v3/me", { headers: bob.headers })).headers.has("ratelimit"));
  return { server, ann, bob };
}

async function statuses(server: TestServer, count: number, init: RequestInit): Promise<number[]> {
  const asked = Array.from({ length: count }, () => server.get("/api/v3/me", init));
  return (await Promise.all(asked)).map(({ status }) => status).sort();
}

describe("requests of one owner", () => {
  test("are refused with 429 beyond twice the rate, and say when to come back", async () => {
    const { server, ann, bob } = await closedServer({ RATE_LIMIT_RPS: "1" });
    await using _server = server;
    const first = await server.get("/api/v3/me", { headers: ann.headers });
    expect(first.headers.get("ratelimit-policy")).toBe('"owner";q=2;w=2');
    expect(first.headers.get("ratelimit")).toMatch(/^"owner";r=1;t=[12]$/);
    expect(await statuses(server, 20, { headers: ann.headers })).toContain(429);
    const refused = await server.api("GET", "/assets", undefined, ann.headers);
    expect({ status: refused.status, code: refused.meta.code }).toEqual({ status: 429, code: "rate_limited" });
    expect(refused.headers.get("retry-after")).toBe("1");
    expect(refused.headers.get("ratelimit")).toMatch(/^"owner";r=0;t=\d$/);
    // Another key of the same owner has the same bucket; another owner has another.
    const second = await newKey(server.config.dataDir, "ann");
    await until(async () => (await server.get("/api/v3/me", { headers: second.headers })).status !== 401);
    expect(await statuses(server, 20, { headers: second.headers })).toContain(429);
    expect((await server.get("/api/v3/me", { headers: bob.headers })).status).toBe(200);
  });

  test("are counted also when they are wrong", async () => {
    const { server, ann } = await closedServer({ RATE_LIMIT_RPS: "1" });
    await using _server = server;
    const missing = await server.api("GET", "/assets/nope", undefined, ann.headers);
    expect(missing.status).toBe(404);
    expect(missing.headers.get("ratelimit")).toStartWith('"owner"');
  });

  test.each<{ what: string; method: string; path: string; body?: object; more?: Record<string, string> }>([
    { what: "a full page", method: "GET", path: "/clients?limit=1000" },
    { what: "a page far down", method: "GET", path: "/assets?offset=20000" },
    { what: "a long body", method: "POST", path: "/clients", body: { name: "x".repeat(400_000) } },
    {
      what: "a long body of an upload route",
      method: "POST",
      path: "/assets/unified",
      body: { name: "x".repeat(400_000) },
    },
    {
      what: "a batch",
      method: "POST",
      path: "/assets/from-urls",
      body: { assets: Array.from({ length: 100 }, () => ({})) },
    },
    { what: "a dry run", method: "POST", path: "/jobs/dry-run", body: {} },
    { what: "a sheet", method: "GET", path: "/jobs/1/storyboard.png" },
    { what: "a stream from far back", method: "GET", path: "/events?types=None", more: { "last-event-id": "0" } },
  ])("take several tokens for what is costly: $what", async ({ method, path, body, more }) => {
    const { server, ann } = await closedServer({ RATE_LIMIT_RPS: "10" });
    await using _server = server;
    const first = await server.api(method, path, body, { ...ann.headers, ...more });
    expect(first.status).not.toBe(429);
    const left = Number(/r=(\d+)/.exec(first.headers.get("ratelimit") ?? "")?.[1]);
    expect(left).toBeLessThanOrEqual(16);
    let last = first;
    for (let sent = 0; last.status !== 429 && sent < 100; sent++) {
      last = await server.api(method, path, body, { ...ann.headers, ...more });
    }
    expect([last.status, last.meta.code]).toEqual([429, "rate_limited"]);
    expect(Number(last.headers.get("retry-after"))).toBeWithin(1, 3);
  });

  test("that are costly are refused with their number, and pass when Retry-After is over", async () => {
    const { server, ann } = await closedServer({ RATE_LIMIT_RPS: "5" });
    await using _server = server;
    const page = () => server.api("GET", "/clients?limit=1000", undefined, ann.headers);
    const refusals = new Set<string>();
    let last = await page();
    await until(async () => {
      last = await page();
      if (last.status === 429) refusals.add(last.error ?? "");
      return [...refusals].some((text) => text.endsWith(": this one counts as 10"));
    });
    await Bun.sleep(Number(last.headers.get("retry-after")) * 1_000);
    expect((await page()).status).toBe(200);
  });

  test("leave the operators' paths alone", async () => {
    const { server, ann } = await closedServer({ RATE_LIMIT_RPS: "1" });
    await using _server = server;
    const admin = await newKey(server.config.dataDir, "ann", "--scope", "admin");
    await until(async () => (await server.get("/metrics", { headers: admin.headers })).status === 200);
    await statuses(server, 20, { headers: ann.headers });
    expect((await server.get("/metrics", { headers: admin.headers })).status).toBe(200);
    expect((await server.get("/health/live")).status).toBe(200);
  });

  test("have no limit with 0, and none on an open server", async () => {
    const open = await startTestServer({ RATE_LIMIT_RPS: "1" });
    expect(new Set(await statuses(open, 20, {}))).toEqual(new Set([200]));
    expect((await open.get("/api/v3/me")).headers.has("ratelimit")).toBeFalse();
    await open[Symbol.asyncDispose]();
    await using server = await startTestServer({ RATE_LIMIT_RPS: "0", AUTH_FAILURES_PER_MINUTE: "0" });
    const { headers } = await newKey(server.config.dataDir, "ann");
    await until(async () => (await server.get("/api/v3/me")).status === 401);
    expect(new Set(await statuses(server, 100, { headers }))).toEqual(new Set([200]));
    expect(new Set(await statuses(server, 100, {}))).toEqual(new Set([401]));
  });

  test("by signed URL are counted apart from those with a key", async () => {
    await using both = await startServerAndOrigin({ RATE_LIMIT_RPS: "5" });
    const { server, origin } = both;
    const { headers } = await newKey(server.config.dataDir, "ann");
    await until(async () => (await server.get("/api/v3/me")).status === 401);
    const asset = await importAsset((method, path, body) => server.api(method, path, body, headers), origin);
    const reads = await Promise.all(Array.from({ length: 40 }, () => server.get(asset.url ?? "")));
    expect(reads.map(({ status }) => status)).toContain(429);
    expect(reads.map(({ status }) => status)).toContain(200);
    expect((await server.get("/api/v3/me", { headers })).status).toBe(200);
  });
});

describe("failed attempts from one address", () => {
  test("are refused with 429 beyond the limit, whatever they try, while a valid key comes in", async () => {
    const { server, ann } = await closedServer({ AUTH_FAILURES_PER_MINUTE: "5" });
    await using _server = server;
    const wrong = { "x-api-key": "nope" };
    expect(await statuses(server, 20, { headers: wrong })).toContain(429);
    const refused = await server.api("GET", "/me", undefined, wrong);
    expect({ status: refused.status, code: refused.meta.code }).toEqual({ status: 429, code: "rate_limited" });
    expect(Number(refused.headers.get("retry-after"))).toBeWithin(1, 13);
    expect((await server.get("/api/v3/me")).status).toBe(429);
    expect((await server.get("/api/v3/assets/1/data?expires=1&signature=x")).status).toBe(429);
    expect((await server.get("/api/v3/me", { headers: ann.headers })).status).toBe(200);
    expect((await server.get("/health/live")).status).toBe(200);
  });

  test("are those of a whole network where addresses cost nothing", () => {
    const { countFailure } = createLimits({ requestsPerSecond: 0, authFailuresPerMinute: 2 });
    countFailure("2001:db8:1:2::1");
    countFailure("2001:db8:1:2:ffff:ffff:ffff:ffff");
    expect(() => countFailure("2001:db8:1:2:3::")).toThrow("so many wrong keys");
    expect(() => countFailure("2001:db8:1:3::1")).not.toThrow();
    for (const address of ["192.0.2.1", "192.0.2.2", "::1", "::ffff:192.0.2.3"]) {
      expect(() => countFailure(address)).not.toThrow();
    }
  });
});
