import { describe, expect, test } from "bun:test";
import { imageBody, startServerAndOrigin } from "../support/imports.ts";
import { type MadeKey, newKey } from "../support/keys.ts";
import { type TestServer, until } from "../support/test_server.ts";

async function twoOwners(server: TestServer): Promise<{ ann: MadeKey; bob: MadeKey }> {
  const ann = await newKey(server.config.dataDir, "ann");
  const bob = await newKey(server.config.dataDir, "bob");
  await until(async () => (await server.get("/api/v3/me", { headers: bob.headers })).headers.has("ratelimit"));
  return { ann, bob };
}

const AT_ONCE = { prefer: "respond-async" };

describe("imports of several owners", () => {
  test("leave places for others: one whose sources hang does not hold up another", async () => {
    await using both = await startServerAndOrigin({ ASSET_DOWNLOAD_CONCURRENCY: "3", IMPORTS_PER_OWNER: "2" });
    const { server, origin } = both;
    const { ann, bob } = await twoOwners(server);
    for (let count = 0; count < 8; count++) {
      const body = imageBody(origin, { url: `${origin.url}/held/ann/photo.png?${count}` });
      expect((await server.api("POST", "/assets/from-url", body, { ...ann.headers, ...AT_ONCE })).status).toBe(202);
    }
    await until(() => origin.open() === 2);
    const answer = await server.api("POST", "/assets/from-url", imageBody(origin), bob.headers);
    expect(answer.status).toBe(201);
    // Ann's are all there, at most two at a time.
    expect(origin.open()).toBe(2);
    origin.release("ann");
    await until(async () => (await server.api("GET", "/assets", undefined, ann.headers)).meta.total === 8);
  });

  test("take turns: one import of Bob's goes before most of Ann's many that came first", async () => {
    await using both = await startServerAndOrigin({ ASSET_DOWNLOAD_CONCURRENCY: "1" });
    const { server, origin } = both;
    const { ann, bob } = await twoOwners(server);
    const first = imageBody(origin, { url: `${origin.url}/held/first/photo.png` });
    await server.api("POST", "/assets/from-url", first, { ...ann.headers, ...AT_ONCE });
    await until(() => origin.open() === 1);
    const assets = Array.from({ length: 20 }, (_, at) => ({
      ...imageBody(origin),
      url: `${origin.url}/photo.jpg?${at}`,
    }));
    await server.api("POST", "/assets/from-urls", { assets }, { ...ann.headers, ...AT_ONCE });
    const bobs = imageBody(origin, { url: `${origin.url}/logo.svg` });
    await server.api("POST", "/assets/from-url", bobs, { ...bob.headers, ...AT_ONCE });
    origin.release("first");
    await until(async () => (await server.api("GET", "/assets", undefined, ann.headers)).meta.total === 21);
    expect(origin.requests.indexOf("/logo.svg")).toBeWithin(1, 4);
  });
});

describe("an owner who has as much as one may have", () => {
  test("of unfinished imports is told to come back, and others are not", async () => {
    await using both = await startServerAndOrigin({ PENDING_IMPORTS_PER_OWNER: "2" });
    const { server, origin } = both;
    const { ann, bob } = await twoOwners(server);
    const held = (count: number) => imageBody(origin, { url: `${origin.url}/held/ann/photo.png?${count}` });
    const ask = (count: number, headers: Record<string, string> = {}) =>
      server.api("POST", "/assets/from-url", held(count), { ...ann.headers, ...AT_ONCE, ...headers });
    expect((await ask(1, { "idempotency-key": "one" })).status).toBe(202);
    expect((await ask(2)).status).toBe(202);
    const refused = await ask(3);
    expect({ status: refused.status, code: refused.meta.code }).toEqual({ status: 429, code: "rate_limited" });
    expect(refused.headers.get("retry-after")).toBe("5");
    const many = await server.api("POST", "/assets/from-urls", { assets: [held(4)] }, ann.headers);
    expect(many.status).toBe(429);
    // What was accepted before is no new import.
    expect((await ask(1, { "idempotency-key": "one" })).status).toBe(202);
    expect((await server.api("POST", "/assets/from-url", imageBody(origin), bob.headers)).status).toBe(201);
    origin.release("ann");
    await until(async () => (await ask(5)).status === 202);
  });

  test("of stored bytes gets no more in, by upload and by URL, until something is deleted", async () => {
    await using both = await startServerAndOrigin({ STORED_MB_PER_OWNER: "0.0005" });
    const { server, origin } = both;
    const { ann, bob } = await twoOwners(server);
    origin.put("/small.txt", new TextEncoder().encode("x".repeat(400)));
    const text = { name: "notes", type: "document", url: `${origin.url}/small.txt` };
    const first = await server.api("POST", "/assets/from-url", text, ann.headers);
    expect(first.status).toBe(201);
    const byUrl = await server.api("POST", "/assets/from-url", text, ann.headers);
    expect({ status: byUrl.status, code: byUrl.meta.code }).toEqual({ status: 409, code: "quota_exceeded" });
    const form = new FormData();
    form.append("file", new File(["y".repeat(400)], "more.txt"));
    const upload = await server.api("POST", "/assets", form, ann.headers);
    expect({ status: upload.status, details: upload.meta.details }).toEqual({
      status: 409,
      details: { storedBytes: 400, sizeBytes: 400, mostBytes: 525 },
    });
    expect((await server.api("POST", "/assets/from-url", text, bob.headers)).status).toBe(201);
    const { location = "" } = Object.fromEntries(first.headers);
    await server.api("DELETE", location.replace("/api/v3", ""), undefined, ann.headers);
    expect((await server.api("POST", "/assets/from-url", text, ann.headers)).status).toBe(201);
  });
});

test("an open server has none of these limits", async () => {
  const env = { PENDING_IMPORTS_PER_OWNER: "1", STORED_MB_PER_OWNER: "0.0001", IMPORTS_PER_OWNER: "1" };
  await using both = await startServerAndOrigin(env);
  const { server, origin } = both;
  for (let count = 0; count < 3; count++) {
    const body = imageBody(origin, { url: `${origin.url}/held/all/photo.png?${count}` });
    expect((await server.api("POST", "/assets/from-url", body, AT_ONCE)).status).toBe(202);
  }
  await until(() => origin.open() === 3);
  origin.release("all");
  await until(async () => (await server.api("GET", "/assets")).meta.total === 3);
});
