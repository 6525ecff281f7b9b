import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { type Static, Type } from "@sinclair/typebox";
import { checked } from "../support/answer.ts";
import { type Promised, promisedBy } from "../support/fits_document.ts";
import { fixture, type MediaOrigin, startOrigin } from "../support/origin.ts";
import { startTestServer, type TestServer } from "../support/test_server.ts";

const WithId = Type.Object({ data: Type.Object({ id: Type.String() }) });

let origin: MediaOrigin;
let server: TestServer;
let promised: Promised;
let image: string;

beforeAll(async () => {
  origin = await startOrigin();
  server = await startTestServer({ ALLOWED_ASSET_DOMAINS: origin.grant, MAX_ASSET_DOWNLOAD_SIZE_MB: "1" });
  promised = promisedBy(await (await server.get("/docs/json")).json());
  image = (await imported("photo.jpg")).data.id;
});

afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await origin[Symbol.asyncDispose]();
});

/** Asks, and holds the answer against the document. */
async function ask(method: string, path: string, init: RequestInit = {}): Promise<Response> {
  const response = await server.get(path, { ...init, method });
  expect({ method, path, misfits: await promised.misfits({ method, path }, response) }).toEqual({
    method,
    path,
    misfits: [],
  });
  return response;
}

async function send(method: string, path: string, body: unknown, headers: Record<string, string> = {}) {
  const json = { "content-type": "application/json", ...headers };
  return await ask(method, path, { headers: json, body: JSON.stringify(body) });
}

async function imported(file: string): Promise<Static<typeof WithId>> {
  const body = { name: file, type: "image", url: `${origin.url}/${file}` };
  return checked(WithId, await (await send("POST", "/api/v3/assets/from-url", body)).json());
}

async function made(slug: string, body: unknown, headers: Record<string, string> = {}): Promise<{ id: string }> {
  const answer = await send("POST", `/api/v3/${slug}`, body, headers);
  expect(answer.status).toBe(201);
  return checked(WithId, await answer.json()).data;
}

function form(fields: Record<string, string | Blob>): FormData {
  const data = new FormData();
  for (const [name, value] of Object.entries(fields)) data.append(name, value);
  return data;
}

describe("every answer fits the document", () => {
  test("imports: created, accepted, replayed", async () => {
    const path = "/api/v3/assets/from-url";
    const body = { name: "Photo", type: "image", url: `${origin.url}/photo.png`, tags: ["a"] };
    const key = { "idempotency-key": "fits-1" };
    expect((await send("POST", path, body, { prefer: "wait=30", ...key })).status).toBe(201);
    const replayed = await send("POST", path, body, key);
    expect(replayed.headers.get("idempotency-replayed")).toBe("true");
    expect((await send("POST", path, { ...body, name: "Other" }, key)).status).toBe(422);
    expect((await send("POST", path, body, { prefer: "respond-async" })).status).toBe(202);
  });

  test.each([
    ["not JSON", 400, () => ask("POST", "/api/v3/assets/from-url", { headers: JSON_TYPE, body: "{" })],
    ["not of JSON's type", 415, () => ask("POST", "/api/v3/assets/from-url", { body: "{}" })],
    ["too large a body", 413, () => send("POST", "/api/v3/assets/from-url", { name: "x".repeat(1_100_000) })],
    ["wrong fields", 422, () => send("POST", "/api/v3/assets/from-url", { name: 5, colour: "red" })],
    [
      "an unknown client",
      422,
      () => send("POST", "/api/v3/assets/from-url", { ...source("photo.jpg"), clientId: "x" }),
    ],
    [
      "an inner address",
      422,
      () => send("POST", "/api/v3/assets/from-url", { ...source(""), url: "http://10.0.0.1/" }),
    ],
    ["another type", 415, () => send("POST", "/api/v3/assets/from-url", { ...source("tone.mp3"), type: "image" })],
    ["a source that answers 404", 502, () => send("POST", "/api/v3/assets/from-url", source("status/404"))],
    ["a source that hangs up", 502, () => send("POST", "/api/v3/assets/from-url", source("hang_up"))],
    ["a source without an end", 413, () => send("POST", "/api/v3/assets/from-url", source("endless"))],
    ["a foreign origin", 403, () => send("POST", "/api/v3/assets/from-url", {}, { origin: "http://evil.example" })],
  ])("imports that fail: %s", async (_name, status, asked) => {
    expect((await asked()).status).toBe(status);
  });

  test("uploads: created, with wrong fields, of something else", async () => {
    const file = new File([await fixture("photo.webp")], "photo.webp", { type: "image/webp" });
    const path = "/api/v3/assets";
    const tags = '["a", "b"]';
    expect((await ask("POST", path, { body: form({ file, name: "Photo", type: "image", tags }) })).status).toBe(201);
    expect((await ask("POST", path, { body: form({ file, colour: "red" }) })).status).toBe(422);
    expect((await ask("POST", path, { body: form({ name: "no file" }) })).status).toBe(422);
    expect(
      (await ask("POST", path, { body: form({ file: new File(["<html>"], "a.png"), type: "image" }) })).status,
    ).toBe(415);
    expect(
      (await ask("POST", path, { body: form({ file: new File([new Uint8Array(2 ** 21)], "b.png") }) })).status,
    ).toBe(413);
    expect((await send("POST", path, source("photo.gif"))).status).not.toBe(500);
  });

  test("lists: a page, a next page, a wrong question", async () => {
    await imported("logo.svg");
    const first = await ask("GET", "/api/v3/assets?limit=1&status=all");
    expect(first.headers.get("link")).toContain('rel="next"');
    const next = /<([^>]+)>/.exec(first.headers.get("link") ?? "")?.[1] ?? "";
    expect((await ask("GET", next)).status).toBe(200);
    expect((await ask("GET", "/api/v3/assets?status=failed")).status).toBe(200);
    for (const query of ["limit=0", "limit=x", "cursor=x", "asset_type=film", "tag="]) {
      expect((await ask("GET", `/api/v3/assets?${query}`)).status).toBe(422);
    }
  });

  test("one asset: read, changed, wrongly changed, deleted, gone", async () => {
    const { id } = (await imported("animated.gif")).data;
    const path = `/api/v3/assets/${id}`;
    expect((await ask("GET", path)).status).toBe(200);
    expect((await send("PATCH", path, { name: "Another", tags: [] })).status).toBe(200);
    expect((await send("PATCH", path, { size: 1 })).status).toBe(422);
    expect((await ask("PATCH", path, { headers: JSON_TYPE, body: "[" })).status).toBe(400);
    expect((await ask("DELETE", path)).status).toBe(200);
    expect((await ask("GET", path)).status).toBe(404);
    expect((await send("PATCH", path, { name: "x" })).status).toBe(404);
    expect((await ask("DELETE", path)).status).toBe(404);
    expect((await ask("GET", "/api/v3/assets/%ff")).status).toBe(400);
  });

  test.each(["data", "thumbnail"])("bytes: %s whole, in parts, unchanged, refused", async (what) => {
    const path = `/api/v3/assets/${image}/${what}`;
    const whole = await ask("GET", path);
    const etag = whole.headers.get("etag") ?? "";
    const get = async (headers: Record<string, string>, method = "GET") =>
      (await ask(method, path, { headers })).status;
    expect(whole.status).toBe(200);
    expect((await ask("GET", `${path}?download=1`)).headers.get("content-disposition")).toStartWith("attachment");
    expect(await get({ range: "bytes=0-9" })).toBe(206);
    expect(await get({ range: "bytes=0-9,20-29" })).toBe(206);
    expect(await get({ range: "bytes=999999999-" })).toBe(416);
    expect(await get({ "if-none-match": etag })).toBe(304);
    expect(await get({ "if-match": '"other"' })).toBe(412);
    expect(await get({}, "HEAD")).toBe(200);
    expect(await get({ "if-none-match": etag }, "HEAD")).toBe(304);
    expect(await get({ "if-match": '"other"' }, "HEAD")).toBe(412);
    expect((await ask("GET", `/api/v3/assets/nobody/${what}`)).status).toBe(404);
    expect((await ask("HEAD", `/api/v3/assets/nobody/${what}`)).status).toBe(404);
  });

  test.each([
    ["clients", {}],
    ["campaigns", { status: "active", brief: { season: "summer" } }],
  ])("%s: made, replayed, listed, read, changed, deleted, gone", async (slug, fields) => {
    const { id: clientId } = await made("clients", {
      name: "Acme",
      brandGuidelines: { colors: ["#ff0055"], tone: "plain" },
    });
    const body = { name: "One of them", ...(slug === "clients" ? {} : { clientId }), ...fields };
    const { id } = await made(slug, body, { "idempotency-key": `fits-${slug}` });
    expect((await made(slug, body, { "idempotency-key": `fits-${slug}` })).id).toBe(id);
    const path = `/api/v3/${slug}/${id}`;
    expect((await ask("GET", `/api/v3/${slug}?limit=1`)).status).toBe(200);
    expect((await ask("GET", path)).status).toBe(200);
    expect((await send("PUT", path, { name: "Another", metadata: { a: [1, null] } })).status).toBe(200);
    expect((await send("PUT", path, { name: "" })).status).toBe(422);
    expect((await ask("PUT", path, { headers: JSON_TYPE, body: "{" })).status).toBe(400);
    expect((await ask("DELETE", `${path}?cascade=perhaps`)).status).toBe(422);
    expect((await ask("DELETE", path)).status).toBe(200);
    expect((await ask("GET", path)).status).toBe(404);
    expect((await send("POST", `/api/v3/${slug}`, { colour: "red" })).status).toBe(422);
  });

  test.each([
    "/health/live",
    "/health/ready",
    "/metrics",
    "/docs",
    "/docs/json",
    "/docs/swagger-ui.js",
    "/docs/page.css",
  ])("at the root: %s", async (path) => {
    expect((await ask("GET", path)).status).toBe(200);
  });
});

describe("an answer that does not fit", () => {
  const asked = { method: "GET", path: "/api/v3/assets/1" };
  const headers = { "x-request-id": "1", "content-type": "application/json" };
  const meta = { timestamp: "2026-11-22T10:00:00.000Z", requestId: "1" };
  const misfits = async (response: Response, of = asked) => await promised.misfits(of, response);

  test("is found by its path, method or status", async () => {
    expect(await misfits(new Response(), { ...asked, path: "/api/v3/nothing" })).toHaveLength(1);
    expect(await misfits(new Response(), { ...asked, method: "PUT" })).toHaveLength(1);
    expect(await misfits(new Response(null, { status: 418 }))).toHaveLength(1);
  });

  test("is found by its headers and content type", async () => {
    const missing = await misfits(new Response("{}", { headers: { "content-type": "text/html" } }));
    expect(missing).toEqual([
      "the header X-Request-Id is missing",
      "the header ETag is missing",
      "the content type 'text/html' is not documented",
    ]);
  });

  test("is found by a field too many, too few, or of another type", async () => {
    const body = { data: { id: 5, colour: "red" }, error: null, meta };
    const found = await misfits(Response.json(body, { headers }));
    expect(found).toContain("/data must NOT have additional properties");
    expect(found).toContain("/data must have required property 'name'");
    expect(found).toContain("/data/id must be string");
    expect(await misfits(Response.json({ ...body, extra: 1 }, { headers }))).toContain(
      "/ must NOT have additional properties",
    );
  });

  test("is found by an error code of another status", async () => {
    const error = { data: null, error: "Cannot", meta: { ...meta, code: "conflict" } };
    const found = await misfits(Response.json(error, { status: 404, headers }));
    expect(found).toContain("/meta/code must be equal to one of the allowed values");
  });
});

const JSON_TYPE = { "content-type": "application/json" };

function source(path: string) {
  return { name: "Something", type: "image", url: `${origin.url}/${path}` };
}
