import { afterAll, beforeAll, describe, expect, test } from "bun:test";

import { labelled } from "../support/labelled.ts";
import { rawRequest, requestHead } from "../support/raw_request.ts";
import { startTestServer, type TestServer } from "../support/test_server.ts";

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server[Symbol.asyncDispose]());

/** The methods that every path allows. */
const PATHS = {
  "/api/v3/assets": ["GET", "HEAD", "POST"],
  "/api/v3/assets/": ["GET", "HEAD", "POST"],
  "/api/v3/assets/from-url": ["POST"],
  "/api/v3/assets/some-id": ["DELETE", "GET", "HEAD", "PATCH"],
  "/api/v3/assets/some-id/data": ["GET", "HEAD"],
  "/api/v3/assets/some-id/thumbnail": ["GET", "HEAD"],
  "/health/live": ["GET", "HEAD"],
  "/health/ready": ["GET", "HEAD"],
  "/metrics": ["GET", "HEAD"],
};
const METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "PROPFIND"];

describe("a method that a path does not have", () => {
  const cases = Object.entries(PATHS).flatMap(([path, allowed]) =>
    METHODS.filter((method) => !allowed.includes(method)).map((method) => ({
      method,
      path,
      allow: allowed.join(", "),
    })),
  );
  test.each(cases)("$method $path is 405 and names what is allowed", async ({ method, path, allow }) => {
    const raw = await rawRequest(server.url, requestHead(`${method} ${path}`));
    expect(raw.status).toBe(405);
    expect(raw.head.toLowerCase()).toContain(`\r\nallow: ${allow.toLowerCase()}`);
    expect(raw.body.includes('"code":"method_not_allowed"')).toBe(method !== "HEAD");
  });
});

describe("a path that there is not", () => {
  test.each([
    "/",
    "/api",
    "/api/v3",
    "/api/v2/assets",
    "/api/v3/asset",
    "/API/V3/assets",
    "/api/v3/assets/a/b",
    "/api/v3/assets/a/data/x",
    "//api/v3/assets",
    "/api/v3/assets/../../secret",
    "/favicon.ico",
    "/.env",
  ])("%s is 404 with the envelope", async (path) => {
    for (const method of ["GET", "POST", "DELETE"]) {
      const raw = await rawRequest(server.url, requestHead(`${method} ${path}`));
      expect(raw.status).toBe(404);
      expect(raw.body).toContain('"code":"not_found"');
      expect(raw.head.toLowerCase()).toContain("content-type: application/json");
    }
  });
});

describe("HEAD", () => {
  test.each(["/api/v3/assets", "/api/v3/assets/none", "/health/live", "/metrics", "/none"])(
    "of %s answers what GET does, without the body",
    async (path) => {
      const [head, get] = await Promise.all([server.get(path, { method: "HEAD" }), server.get(path)]);
      expect(head.status).toBe(get.status);
      expect(head.headers.get("content-type")).toBe(get.headers.get("content-type"));
      expect(await head.text()).toBe("");
    },
  );
});

describe("a request that is malformed", () => {
  test.each(["a b", "[::1", "localhost:notaport", "", "x@y@z"])(
    "with Host '%s' is 400 with the envelope",
    async (host) => {
      const raw = await rawRequest(server.url, requestHead("GET /api/v3/assets", { Host: host }));
      expect([400, 403]).toContain(raw.status);
      expect(raw.body).toContain('"data":null');
      expect(raw.head.toLowerCase()).toContain("x-request-id: ");
    },
  );

  test.each(
    labelled([
      "/api/v3/assets/%zz",
      "/api/v3/assets/%",
      "/api/v3/assets/%ff",
      "/api/v3/assets/%c0%ae",
      "/api/v3/assets?tag=%zz",
      "/api/v3/assets?tag=%ff",
      `/api/v3/assets/${"x".repeat(9_000)}`,
      `/api/v3/assets?tag=${"x".repeat(9_000)}`,
    ]),
  )("as $label is 400 with the envelope", async ({ value: path }) => {
    const raw = await rawRequest(server.url, requestHead(`GET ${path}`));
    expect(raw.status).toBe(400);
    expect(raw.body).toContain('"code":"bad_request"');
  });

  test.each([
    ["a huge URL", requestHead(`GET /${"x".repeat(100_000)}`), 431],
    ["a huge header", requestHead("GET /health/live", { "X-Filler": "x".repeat(100_000) }), 431],
    ["no HTTP at all", "\x16\x03\x01\x02\x00\r\n\r\n", 400],
    ["no Host", "GET /health/live HTTP/1.1\r\nConnection: close\r\n\r\n", 400],
    [
      "two lengths",
      requestHead("POST /api/v3/assets/from-url", { "Content-Length": "2", "Transfer-Encoding": "chunked" }),
      400,
    ],
  ])("with %s is turned away by the server itself", async (_, bytes, status) => {
    expect((await rawRequest(server.url, bytes)).status).toBe(status);
    expect((await server.get("/health/live")).status).toBe(200);
  });
});

describe("the request id", () => {
  test.each(labelled(["abc", "A.b_c:d-1", "x".repeat(128)]))("$label of a client is kept", async ({ value: id }) => {
    const answer = await server.api("GET", "/assets", undefined, { "x-request-id": id });
    expect(answer.meta.requestId).toBe(id);
  });

  test.each(labelled(["", "a b", "x".repeat(129), '"quoted"', "<script>", "ü"]))(
    "$label of a client is replaced",
    async ({ value: id }) => {
      const answer = await server.api("GET", "/assets", undefined, { "x-request-id": id });
      expect(answer.meta.requestId).toMatch(/^[0-9a-f-]{36}$/);
    },
  );

  test("is on every answer, whoever makes it, and a new one each time", async () => {
    const seen = new Set<string | null>();
    for (const [method, path] of [
      ["GET", "/api/v3/assets"],
      ["GET", "/health/live"],
      ["GET", "/health/ready"],
      ["GET", "/metrics"],
      ["GET", "/none"],
      ["DELETE", "/metrics"],
      ["POST", "/api/v3/assets/from-url"],
      ["GET", "/api/v3/assets?limit=x"],
    ] as const) {
      const response = await server.get(path, { method });
      seen.add(response.headers.get("x-request-id"));
      expect(response.headers.get("x-content-type-options")).toBe("nosniff");
    }
    expect(seen.size).toBe(8);
    expect(seen).not.toContain(null);
  });
});
