import { describe, expect, test } from "bun:test";
import { join } from "node:path";
import { begunPost } from "../support/begun_post.ts";
import { imageBody, startServerAndOrigin } from "../support/imports.ts";
import { keys, newKey } from "../support/keys.ts";
import { filesIn, startTestServer, type TestServer, until } from "../support/test_server.ts";

const FORM_START = '--b\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\nthe first words';
const FORM_END = " and the last\r\n--b--\r\n";
const FORM = {
  "Content-Type": "multipart/form-data; boundary=b",
  "Content-Length": String(FORM_START.length + FORM_END.length),
};
const JSON_START = '{"name":';
const JSON_END = '"Acme"}';
const JSON_BODY = {
  "Content-Type": "application/json",
  "Content-Length": String(JSON_START.length + JSON_END.length),
};

/** Waits until a key opens nothing any more. */
async function shutOut(server: TestServer, headers: Readonly<Record<string, string>>): Promise<void> {
  await until(async () => (await server.get("/api/v3/me", { headers })).status === 401);
}

describe("a key that is revoked", () => {
  test.each(["/assets", "/assets/unified"])(
    "ends an upload to %s that is under way, and nothing of it is left",
    async (path) => {
      await using server = await startTestServer();
      const { dataDir } = server.config;
      const key = await newKey(dataDir, "ann");
      await until(async () => (await server.get("/api/v3/me")).status === 401);
      using upload = begunPost(server.url, path, { headers: { ...key.headers, ...FORM }, start: FORM_START });
      // Its bytes arrive.
      await until(() => filesIn(join(dataDir, "blobs")).length > 0);

      await keys(dataDir, "revoke", key.id);
      const { status, text } = await upload.answer();
      expect(status).toBe(401);
      expect(text).toContain('"code":"unauthorized"');
      expect(text.toLowerCase()).toContain("\r\nwww-authenticate: bearer");
      expect(server.eventTypes()).toEqual(["ApiKeyIssued", "ApiKeyRevoked"]);
      await until(() => filesIn(join(dataDir, "blobs")).length === 0);
    },
  );

  test("does nothing with a body of which the rest comes later", async () => {
    await using server = await startTestServer();
    const { dataDir } = server.config;
    const key = await newKey(dataDir, "ann");
    await until(async () => (await server.get("/api/v3/me", { headers: key.headers })).headers.has("ratelimit"));
    using request = begunPost(server.url, "/clients", { headers: { ...key.headers, ...JSON_BODY }, start: JSON_START });
    await server.get("/health/live");

    await keys(dataDir, "revoke", key.id);
    await shutOut(server, key.headers);
    request.send(JSON_END);
    expect((await request.answer()).status).toBe(401);
    expect(server.eventTypes()).toEqual(["ApiKeyIssued", "ApiKeyRevoked"]);
  });

  test("is told no outcome of what it waits for; the work itself goes on", async () => {
    await using both = await startServerAndOrigin();
    const { server, origin } = both;
    const { dataDir } = server.config;
    const key = await newKey(dataDir, "ann");
    const again = await newKey(dataDir, "ann");
    await until(async () => (await server.get("/api/v3/me", { headers: key.headers })).headers.has("ratelimit"));
    const body = imageBody(origin, { url: `${origin.url}/held/later/photo.png` });
    const waiting = server.api("POST", "/assets/from-url", body, { ...key.headers });
    await until(() => server.eventTypes().includes("AssetRequested"));

    await keys(dataDir, "revoke", key.id);
    await shutOut(server, key.headers);
    origin.release("later");
    const { status, meta, data } = await waiting;
    expect({ status, code: meta.code, data }).toEqual({ status: 401, code: "unauthorized", data: null });
    await until(async () => {
      const list = await server.api("GET", "/assets", undefined, { ...again.headers });
      return JSON.stringify(list.data).includes("Bottle on a beach");
    });
  });
});

test("the first key ends an upload to what was an open server", async () => {
  await using server = await startTestServer();
  const { dataDir } = server.config;
  using upload = begunPost(server.url, "/assets", { headers: FORM, start: FORM_START });
  await until(() => filesIn(join(dataDir, "blobs")).length > 0);
  await newKey(dataDir, "ann");
  expect((await upload.answer()).status).toBe(401);
  expect(server.eventTypes()).toEqual(["ApiKeyIssued"]);
});
