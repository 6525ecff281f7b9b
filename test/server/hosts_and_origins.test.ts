import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { rawRequest, requestHead } from "../support/raw_request.ts";
import { startTestServer, type TestServer } from "../support/test_server.ts";

const APP = "https://app.example";
let server: TestServer;
let port: string;
beforeAll(async () => {
  server = await startTestServer({
    PUBLIC_URL: "https://ads.example/reelog",
    ALLOWED_ORIGINS: `${APP}, http://localhost:3000`,
  });
  port = new URL(server.url).port;
});
afterAll(() => server[Symbol.asyncDispose]());

describe("an open server", () => {
  test.each(["localhost", "LOCALHOST", "localhost.", "127.0.0.1", "127.8.9.1", "[::1]", "ads.example", "Ads.Example"])(
    "answers to the host %s",
    async (host) => {
      for (const value of host === "ads.example" ? [host] : [host, `${host}:${port}`]) {
        if (/ads/i.test(value) && value.includes(":")) continue;
        expect((await rawRequest(server.url, requestHead("GET /api/v3/assets", { Host: value }))).status).toBe(200);
      }
    },
  );

  test.each([
    "evil.example",
    "localhost.evil.example",
    "127.0.0.1.evil.example",
    "10.0.0.1",
    "0.0.0.0",
    "ads.example:8443",
  ])("does not answer to the host %s, because a page may have bound that name to this address", async (host) => {
    for (const path of ["/api/v3/assets", "/metrics", "/health/live", "/none"]) {
      const raw = await rawRequest(server.url, requestHead(`GET ${path}`, { Host: host }));
      expect(raw.status).toBe(403);
      expect(raw.body).toContain('"code":"forbidden"');
    }
  });

  test.each(["https://evil.example", "null", "http://localhost:9999", "https://app.example.evil.example", "file://"])(
    "refuses pages from %s, and makes no event",
    async (origin) => {
      for (const [method, path] of [
        ["GET", "/assets"],
        ["GET", "/assets/x/data"],
        ["POST", "/assets/from-url"],
        ["POST", "/assets"],
        ["PATCH", "/assets/x"],
        ["DELETE", "/assets/x"],
      ] as const) {
        const body = method === "GET" || method === "DELETE" ? undefined : {};
        const answer = await server.api(method, path, body, { origin });
        expect(`${answer.status} ${answer.meta.code}`).toBe("403 forbidden");
        expect(answer.headers.get("access-control-allow-origin")).toBeNull();
      }
      expect(server.eventTypes()).toEqual([]);
    },
  );

  test("answers its own pages, allowed ones and programs", async () => {
    for (const origin of [server.url, "https://ads.example", APP, "http://localhost:3000"]) {
      expect((await server.api("GET", "/assets", undefined, { origin })).status).toBe(200);
      expect((await server.api("DELETE", "/assets/x", undefined, { origin })).status).toBe(404);
    }
    expect((await server.api("DELETE", "/assets/x")).status).toBe(404);
  });
});

describe("a page of an allowed origin", () => {
  test.each([
    ["GET", "/api/v3/assets", 200],
    ["GET", "/api/v3/assets/none", 404],
    ["GET", "/api/v3/assets?limit=x", 422],
    ["DELETE", "/api/v3/assets", 405],
    ["GET", "/none", 404],
  ])("may read the answer to %s %s (%i)", async (method, path, status) => {
    const response = await server.get(path, { method, headers: { origin: APP } });
    expect(response.status).toBe(status);
    expect(response.headers.get("access-control-allow-origin")).toBe(APP);
    expect(response.headers.get("vary")).toContain("Origin");
    expect(response.headers.get("access-control-allow-credentials")).toBeNull();
    const exposed = response.headers.get("access-control-expose-headers")?.split(", ") ?? [];
    for (const name of ["ETag", "Link", "Location", "Content-Range", "Preference-Applied", "Idempotency-Replayed"]) {
      expect(exposed).toContain(name);
    }
  });

  test("gets an answer to its preflight with what it may send", async () => {
    const headers = {
      origin: APP,
      "access-control-request-method": "PATCH",
      "access-control-request-headers": "x-api-key",
    };
    const response = await server.get("/api/v3/assets/some-id", { method: "OPTIONS", headers });
    expect(response.status).toBe(204);
    expect(response.headers.get("access-control-allow-origin")).toBe(APP);
    expect(response.headers.get("access-control-allow-methods")?.split(", ")).toEqual([
      "DELETE",
      "GET",
      "HEAD",
      "PATCH",
    ]);
    const allowed = response.headers.get("access-control-allow-headers")?.toLowerCase().split(", ") ?? [];
    for (const name of [
      "content-type",
      "idempotency-key",
      "prefer",
      "x-api-key",
      "authorization",
      "if-match",
      "range",
    ]) {
      expect(allowed).toContain(name);
    }
  });
});

describe("a preflight of an allowed origin", () => {
  async function allowedOf(asked: string): Promise<string[]> {
    const headers = {
      origin: APP,
      "access-control-request-method": "POST",
      "access-control-request-headers": asked,
    };
    const response = await server.get("/api/v3/jobs", { method: "OPTIONS", headers });
    expect(response.status).toBe(204);
    return (response.headers.get("access-control-allow-headers") ?? "").toLowerCase().split(", ");
  }

  test("allows the headers that tracing and client libraries add", async () => {
    const added = ["traceparent", "tracestate", "baggage", "sentry-trace", "x-requested-with", "cache-control", "b3"];
    expect(await allowedOf(added.join(","))).toEqual(expect.arrayContaining(added));
    expect(await allowedOf(" X-Amzn-Trace-Id , pragma")).toEqual(expect.arrayContaining(["x-amzn-trace-id", "pragma"]));
  });

  test("reflects neither what is no name of a header nor what only a proxy may say", async () => {
    const asked = [
      "*",
      "a b",
      "a:b",
      "a(b)",
      "x".repeat(200),
      "X-Forwarded-For",
      "X-HTTP-Method-Override",
      "Forwarded",
    ];
    const allowed = await allowedOf(["x-fine", ...asked].join(","));
    expect(allowed).toContain("x-fine");
    for (const name of asked) expect(allowed).not.toContain(name.toLowerCase());
    expect((await allowedOf(Array.from({ length: 500 }, (_, n) => `x-${n}`).join(","))).length).toBeLessThan(150);
  });
});

describe("a page of any other origin", () => {
  test.each(["GET", "HEAD"])("gets neither an answer to %s nor a permission", async (method) => {
    const response = await server.get("/api/v3/assets", { method, headers: { origin: "https://evil.example" } });
    expect(response.status).toBe(403);
    expect([...response.headers.keys()].filter((name) => name.startsWith("access-control"))).toEqual([]);
    // Or a cache would hand this answer to the allowed page.
    expect(response.headers.get("vary")).toBe("Origin");
  });

  test("is refused at its preflight", async () => {
    const headers = { origin: "https://evil.example", "access-control-request-method": "DELETE" };
    const response = await server.get("/api/v3/assets/x", { method: "OPTIONS", headers });
    expect(response.status).toBe(403);
    expect(response.headers.get("access-control-allow-origin")).toBeNull();
  });

  test("meets no trace of CORS on a server that allows none", async () => {
    await using closed = await startTestServer();
    const response = await closed.get("/api/v3/assets", { headers: { origin: APP } });
    expect([...response.headers.keys()].filter((name) => /^access-control|^vary/.test(name))).toEqual([]);
  });
});
