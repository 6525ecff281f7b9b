import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { SECURITY_HEADERS } from "../../src/http/response/security_headers.ts";
import { importAsset, startServerAndOrigin } from "../support/imports.ts";
import { type RawAnswer, rawRequest, requestHead } from "../support/raw_request.ts";

let both: Awaited<ReturnType<typeof startServerAndOrigin>>;
let asset: string;

beforeAll(async () => {
  both = await startServerAndOrigin({ ALLOWED_ORIGINS: "https://studio.example" });
  asset = `/api/v3/assets/${(await importAsset(both.server.api, both.origin)).id}`;
});
afterAll(() => both[Symbol.asyncDispose]());

/** Sends a request line with headers; `ASSET` in it is an asset that is there. */
async function ask(line: string, headers: Record<string, string> = {}, body = ""): Promise<RawAnswer> {
  return await rawRequest(both.server.url, requestHead(line.replace("ASSET", asset), headers) + body);
}

/** Every value of a header, as it came over the wire. */
function valuesOf({ head }: RawAnswer, name: string): string[] {
  const lines = head.split("\r\n").slice(1);
  return lines
    .filter((line) => line.toLowerCase().startsWith(`${name}:`))
    .map((line) => line.slice(name.length + 1).trim());
}

const JSON_OF = (length: number) => ({ "Content-Type": "application/json", "Content-Length": String(length) });
const PREFLIGHT = { Origin: "https://studio.example", "Access-Control-Request-Method": "GET" };

/** One of every kind of answer. */
const ANSWERS: readonly (readonly [status: number, line: string, headers?: Record<string, string>, body?: string])[] = [
  [200, "GET /api/v3/assets"],
  [200, "HEAD /api/v3/assets"],
  [200, "GET ASSET"],
  [200, "GET ASSET/data"],
  [200, "HEAD ASSET/data"],
  [206, "GET ASSET/data", { Range: "bytes=0-3" }],
  [206, "GET ASSET/data", { Range: "bytes=0-3,8-9" }],
  [304, "GET ASSET/data", { "If-None-Match": "*" }],
  [412, "GET ASSET/data", { "If-Match": '"other"' }],
  [416, "GET ASSET/data", { Range: "bytes=999999999-" }],
  [200, "GET ASSET/thumbnail"],
  [201, "POST /api/v3/clients", JSON_OF(15), '{"name":"Acme"}'],
  [400, "POST /api/v3/clients", JSON_OF(1), "{"],
  [413, "POST /api/v3/clients", JSON_OF(99_999_999)],
  [415, "POST /api/v3/clients", { "Content-Length": "2" }, "{}"],
  [422, "POST /api/v3/clients", JSON_OF(2), "{}"],
  [400, `GET /api/v3/assets?tag=${"x".repeat(9_000)}`],
  [400, "GET /api/v3/assets/%ff"],
  [403, "GET /api/v3/assets", { Host: "evil.example" }],
  [403, "POST /api/v3/clients", { Origin: "https://evil.example" }],
  [404, "GET /api/v3/assets/nobody"],
  [404, "GET /nothing"],
  [405, "PATCH /api/v3/assets"],
  [204, "OPTIONS /api/v3/assets", PREFLIGHT],
  [200, "GET /docs"],
  [200, "GET /docs/json"],
  [200, "GET /docs/swagger-ui.js"],
  [200, "GET /docs/page.css"],
  [200, "GET /health/live"],
  [200, "GET /health/ready"],
  [200, "GET /metrics"],
];

describe("every answer", () => {
  // As objects: a row that is shorter than the function's parameters would be given a callback.
  const cases = ANSWERS.map(([status, line, headers, body]) => ({
    status,
    line,
    headers,
    body,
    title: line.slice(0, 40),
  }));
  test.each(cases)(
    "$status of $title has each security header once, and names no program",
    async ({ status, line, headers, body }) => {
      const answer = await ask(line, headers, body);
      expect(answer.status).toBe(status);
      for (const name of [...Object.keys(SECURITY_HEADERS), "x-request-id"]) {
        expect({ name, values: valuesOf(answer, name) }).toEqual({ name, values: [expect.stringMatching(/./)] });
      }
      expect(valuesOf(answer, "content-security-policy")[0]).toStartWith("default-src 'none'; ");
      expect(valuesOf(answer, "x-content-type-options")).toEqual(["nosniff"]);
      expect(answer.head.toLowerCase()).not.toMatch(/\r\n(server|x-powered-by|via|set-cookie):|elysia|bun\//);
    },
  );

  test("also the first of a stream of events", async () => {
    const leaving = new AbortController();
    const { headers } = await both.server.get("/api/v3/events", { signal: leaving.signal });
    expect(headers.get("content-type")).toStartWith("text/event-stream");
    for (const [name, value] of Object.entries(SECURITY_HEADERS)) expect(headers.get(name)).toStartWith(value);
    leaving.abort();
  });

  test("of data may be shown by any page, and runs nothing", async () => {
    const data = await ask("GET ASSET/data");
    expect(valuesOf(data, "content-security-policy")).toEqual([
      "default-src 'none'; style-src 'unsafe-inline'; sandbox",
    ]);
    expect(valuesOf(data, "cross-origin-resource-policy")).toEqual(["cross-origin"]);
  });

  test("of JSON may be framed, embedded and run by no page, and kept by no cache that others share", async () => {
    const list = await ask("GET /api/v3/assets");
    for (const [name, value] of Object.entries(SECURITY_HEADERS)) expect(valuesOf(list, name)).toEqual([value]);
    expect(valuesOf(list, "cache-control")).toEqual(["private, no-cache"]);
  });
});

describe("what is not even HTTP", () => {
  const LINE = "GET /api/v3/assets HTTP/1.1\r\nHost: localhost\r\n";
  test.each([
    ["garbage", "GARBAGE\r\n\r\n", 400],
    ["another version", "GET / HTTP/9.9\r\nHost: localhost\r\n\r\n", 505],
    ["no host", "GET / HTTP/1.1\r\n\r\n", 400],
    ["two hosts", `${LINE}Host: evil.example\r\nConnection: close\r\n\r\n`, 400],
    ["two lengths (request smuggling)", `${LINE}Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello`, 400],
    [
      "a length and chunks (request smuggling)",
      `${LINE}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
      400,
    ],
    ["a folded header", `${LINE}X-A: b\r\n c: d\r\nConnection: close\r\n\r\n`, 400],
    ["a bare line feed in a header", `${LINE}X-A: b\nX-B: c\r\nConnection: close\r\n\r\n`, 400],
    ["a NUL in a header", `${LINE}X-A: b\u0000c\r\nConnection: close\r\n\r\n`, 400],
    ["a head of 20 kB", `${LINE}X-A: ${"a".repeat(20_000)}\r\n\r\n`, 431],
    ["300 headers", `${LINE}${"X-A: b\r\n".repeat(300)}\r\n`, 431],
  ])("is refused without a word of what refuses it: %s", async (_name, bytes, status) => {
    const answer = await rawRequest(both.server.url, bytes);
    expect(answer.status).toBe(status);
    expect(answer.head.toLowerCase()).not.toMatch(/\r\n(server|x-powered-by):/);
    expect(answer.body).not.toMatch(/elysia|bun|<html/i);
  });
});

describe("a Host header", () => {
  const HOSTS = [
    "a b",
    "a@b",
    "é",
    "[::1",
    "[::g]",
    "localhost:65536",
    "localhost:0x1",
    "1.2.3.4.5",
    "a%zz",
    "%00",
    "xn--",
  ];
  test.each(HOSTS)("that no URL can have is refused: %s", async (host) => {
    for (const path of ["/api/v3/assets?limit=1", "/health/live", "/docs"]) {
      const answer = await rawRequest(
        both.server.url,
        `GET ${path} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`,
      );
      expect(answer.status).toBe(400);
      expect(answer.body).toContain("Cannot read the Host header: it is malformed");
    }
  });
});

describe("a request id", () => {
  test.each(["tour-1", "a.b_c:d", "x".repeat(128)])("is kept: %s", async (id) => {
    expect(valuesOf(await ask("GET /nothing", { "X-Request-Id": id }), "x-request-id")).toEqual([id]);
  });

  test.each(["", "a b", "x".repeat(129), "<b>", '{"level":60}', "a\u00e9", "a\tb", "$(id)"])(
    "is replaced: '%s'",
    async (id) => {
      const [answered = ""] = valuesOf(await ask("GET /nothing", { "X-Request-Id": id }), "x-request-id");
      expect(answered).toMatch(/^[0-9a-f-]{36}$/);
    },
  );
});
