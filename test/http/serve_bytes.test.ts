import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { truncate } from "node:fs/promises";
import { join } from "node:path";
import { representationOf, type ServedBytes, type ServeOptions, serveBytes } from "../../src/http/bytes/serve_bytes.ts";
import { chunks, noise, STORES, sha256Of, temporaryStore } from "../blobs/stores.ts";
import { head, serve } from "./server.ts";

const BYTES = noise(3_000_000);
const ETAG = `"${sha256Of(BYTES)}"`;
const MODIFIED = "Sun, 01 Mar 2026 12:00:00 GMT";

describe.each(Object.entries(STORES))("bytes of the %s store", (_name, open) => {
  let at: Awaited<ReturnType<typeof temporaryStore>>;
  let server: ReturnType<typeof serve>;
  let served: ServedBytes;
  let options: ServeOptions;

  beforeAll(async () => {
    at = await temporaryStore(open);
    using staged = await at.blobs.write(chunks(BYTES), { maxBytes: BYTES.length });
    served = {
      sha256: staged.sha256,
      sizeBytes: staged.sizeBytes,
      contentType: "image/png",
      filename: "Hällo.png",
      inline: true,
      lastModified: new Date("2026-03-01T12:00:00.700Z"),
    };
    options = { blobs: at.blobs, cacheControl: "private" };
    server = serve((request) => serveBytes(request, representationOf(served), options));
  });
  afterAll(async () => {
    server[Symbol.dispose]();
    await at[Symbol.asyncDispose]();
  });

  const get = (headers: Record<string, string> = {}, method = "GET") => fetch(server.url, { method, headers });

  test("come whole, with everything that a browser must know", async () => {
    const response = await get();
    expect(response.status).toBe(200);
    expect(await response.bytes()).toEqual(BYTES);
    const { date: _, ...headers } = Object.fromEntries(response.headers);
    expect(headers).toMatchObject({
      "accept-ranges": "bytes",
      "cache-control": "private",
      "content-disposition": "inline; filename=\"H?llo.png\"; filename*=UTF-8''H%C3%A4llo.png",
      "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox",
      "content-type": "image/png",
      "cross-origin-resource-policy": "cross-origin",
      etag: ETAG,
      "last-modified": MODIFIED,
      "x-content-type-options": "nosniff",
    });
    expect(headers).not.toHaveProperty("content-range");
  });

  test.each([
    ["bytes=0-0", 0, 0],
    ["bytes=-1", 2_999_999, 2_999_999],
    ["bytes=1048570-1048580", 1_048_570, 1_048_580],
    ["bytes=1000-", 1000, 2_999_999],
    ["bytes=0-99999999", 0, 2_999_999],
    ["bytes=0-9,5-19", 0, 19],
    ["bytes=5-9,90000000-", 5, 9],
  ])("answer %p with one part", async (range, start, end) => {
    const response = await get({ Range: range });
    expect(response.status).toBe(206);
    expect(response.headers.get("content-range")).toBe(`bytes ${start}-${end}/3000000`);
    expect(response.headers.get("content-type")).toBe("image/png");
    expect(await response.bytes()).toEqual(BYTES.slice(start, end + 1));
  });

  test("answer several ranges with several parts, in the order asked", async () => {
    const response = await get({ Range: "bytes=2000000-2999990, 0-4" });
    expect(response.status).toBe(206);
    expect(response.headers.has("content-range")).toBe(false);
    const [type, boundary] = (response.headers.get("content-type") ?? "").split("; boundary=");
    expect(type).toBe("multipart/byteranges");
    const body = Buffer.from(await response.bytes()).toString("latin1");
    const [preamble, ...parts] = body.split(`\r\n--${boundary}`);
    expect(preamble).toBe("");
    expect(parts.pop()).toBe("--\r\n");
    const expected = [
      [2_000_000, 2_999_990],
      [0, 4],
    ];
    expect(parts).toHaveLength(2);
    for (const [i, [start = 0, end = 0]] of expected.entries()) {
      const content = Buffer.from(BYTES.subarray(start, end + 1)).toString("latin1");
      const fields = `Content-Type: image/png\r\nContent-Range: bytes ${start}-${end}/3000000`;
      expect(parts[i] === `\r\n${fields}\r\n\r\n${content}`).toBe(true);
    }
  });

  test.each(["bytes=3000000-", "bytes=-0", "bytes=9000000-9000001,8000000-"])("refuse %p with 416", async (range) => {
    const response = await get({ Range: range });
    expect(response.status).toBe(416);
    expect(response.headers.get("content-range")).toBe("bytes */3000000");
    expect(await response.json()).toMatchObject({ code: "range_not_satisfiable" });
  });

  test.each(["bytes=9-5", "bytes=x", "lines=1-2", "bytes=", `bytes=${"0-0,".repeat(500)}`])(
    "ignore the Range %p",
    async (range) => {
      const response = await get({ Range: range });
      expect(response.status).toBe(200);
      expect(response.headers.has("content-range")).toBe(false);
      expect((await response.bytes()).length).toBe(BYTES.length);
    },
  );

  test.each([
    [ETAG, 206],
    [MODIFIED, 206],
    ['"other"', 200],
    [`W/${ETAG}`, 200],
    ["Sun, 01 Mar 2026 12:00:01 GMT", 200],
  ])("honour a Range with If-Range %p: %d", async (ifRange, status) => {
    const response = await get({ Range: "bytes=0-9", "If-Range": ifRange });
    expect(response.status).toBe(status);
    expect((await response.bytes()).length).toBe(status === 206 ? 10 : BYTES.length);
  });

  test("ignore an outside Range that If-Range takes away", async () => {
    const response = await get({ Range: "bytes=9000000-", "If-Range": '"other"' });
    expect(response.status).toBe(200);
    await response.body?.cancel();
  });

  test.each<Record<string, string>>([
    { "If-None-Match": ETAG },
    { "If-None-Match": `"x", W/${ETAG}` },
    { "If-None-Match": "*" },
    { "If-Modified-Since": MODIFIED },
    { "If-None-Match": ETAG, Range: "bytes=9000000-" },
  ])("answer %p with 304 and no body", async (headers) => {
    for (const method of ["GET", "HEAD"]) {
      const response = await get(headers, method);
      expect(response.status).toBe(304);
      expect(response.headers.get("etag")).toBe(ETAG);
      expect(response.headers.get("cache-control")).toBe("private");
      expect(await response.text()).toBe("");
    }
  });

  test.each<Record<string, string>>([
    { "If-Match": '"other"' },
    { "If-Match": `W/${ETAG}` },
    { "If-Unmodified-Since": "Sun, 01 Mar 2026 11:00:00 GMT" },
  ])("answer %p with 412", async (headers) => {
    const response = await get(headers);
    expect(response.status).toBe(412);
    expect(await response.json()).toMatchObject({ code: "precondition_failed" });
  });

  test("have the same head for HEAD, whose Range is ignored", async () => {
    const cases: Record<string, string>[] = [{}, { Range: "bytes=0-9" }];
    for (const headers of cases) {
      const { head: answer, body } = await server.raw(head("HEAD /", headers));
      expect(answer).toStartWith("HTTP/1.1 200");
      expect(answer.toLowerCase()).toContain("content-length: 3000000");
      expect(answer).toContain(`ETag: ${ETAG}`);
      expect(answer).toContain("Content-Type: image/png");
      expect(answer).toContain("Content-Disposition: inline");
      expect(body).toBe("");
    }
  });

  test("say how long a short part is", async () => {
    const { head: answer, body } = await server.raw(head("GET /", { Range: "bytes=0-9" }));
    expect(answer.toLowerCase()).toContain("content-length: 10");
    expect(body).toHaveLength(10);
  });

  test("survive a reader that goes away in the middle", async () => {
    for (let i = 0; i < 10; i++) {
      const response = await get();
      await response.body?.cancel();
    }
    expect((await (await get()).bytes()).length).toBe(BYTES.length);
  });

  test("are served to 20 readers at once", async () => {
    const all = await Promise.all(
      Array.from({ length: 20 }, async (_, i) => (await get({ Range: `bytes=${i * 1000}-` })).bytes()),
    );
    for (const [i, bytes] of all.entries()) expect(sha256Of(bytes)).toBe(sha256Of(BYTES.subarray(i * 1000)));
  });

  test("do not crash when there are none", async () => {
    using staged = await at.blobs.write(chunks(), { maxBytes: 0 });
    using empty = serve((request) => serveBytes(request, representationOf({ ...served, ...staged }), options));
    const response = await fetch(empty.url);
    expect(response.status).toBe(200);
    expect(response.headers.get("content-length")).toBe("0");
    expect(await response.text()).toBe("");
    expect((await fetch(empty.url, { headers: { Range: "bytes=0-" } })).status).toBe(416);
    expect((await fetch(empty.url, { method: "HEAD" })).headers.get("content-length")).toBe("0");
  });

  test("that are missing are a clear error, also for HEAD", async () => {
    using missing = serve((request) =>
      serveBytes(request, representationOf({ ...served, sha256: sha256Of("never stored") }), options),
    );
    for (const method of ["GET", "HEAD"]) expect((await fetch(missing.url, { method })).status).toBe(503);
    expect(await (await fetch(missing.url)).json()).toMatchObject({
      code: "unavailable",
      message: "Cannot send the data: its bytes are missing from the storage",
    });
  });
});

describe("served bytes", () => {
  test("that were damaged on disk are a clear error, and are whole again once they are stored again", async () => {
    await using at = await temporaryStore();
    const store = () => at.blobs.write(chunks(BYTES), { maxBytes: BYTES.length });
    using staged = await store();
    const { sha256, sizeBytes } = staged;
    const about = { contentType: "video/mp4", filename: "a", inline: true };
    const options = { blobs: at.blobs, cacheControl: "private" };
    using server = serve((request) => serveBytes(request, representationOf({ sha256, sizeBytes, ...about }), options));
    await truncate(join(at.dataDir, "blobs", sha256.slice(0, 2), sha256.slice(2, 4), sha256), 1000);
    expect((await fetch(server.url)).status).toBe(503);
    using _again = await store();
    expect((await (await fetch(server.url)).bytes()).length).toBe(sizeBytes);
  });

  test("are offered for saving under a name with the right extension", async () => {
    await using at = await temporaryStore();
    using staged = await at.blobs.write(chunks("PK"), { maxBytes: 10 });
    const contentType = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";
    const about = { contentType, filename: 'a"\r\nX-Evil: 1', inline: false };
    const options = { blobs: at.blobs, cacheControl: "private" };
    using server = serve((request) => serveBytes(request, representationOf({ ...staged, ...about }), options));
    const { headers } = await fetch(server.url);
    expect(headers.get("content-disposition")).toBe('attachment; filename="a\\"X-Evil: 1.docx"');
    expect(headers.has("x-evil")).toBe(false);
  });
});
