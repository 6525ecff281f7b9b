import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { rm, truncate } from "node:fs/promises";
import { exchange } from "../fuzz/exchange.ts";
import { readAnswer, readAsset } from "../support/answer.ts";
import { importAsset, startServerAndOrigin } from "../support/imports.ts";
import { labelled } from "../support/labelled.ts";
import { fixture } from "../support/origin.ts";
import { rawRequest, requestHead } from "../support/raw_request.ts";

let both: Awaited<ReturnType<typeof startServerAndOrigin>>;
let url: string;
let etag: string;
let modified: string;
let bytes: Uint8Array;
beforeAll(async () => {
  both = await startServerAndOrigin();
  bytes = await fixture("h264_aac.mp4");
  const asset = await importAsset(both.server.api, both.origin, {
    type: "video",
    url: `${both.origin.url}/h264_aac.mp4`,
  });
  url = asset.url ?? "";
  etag = `"${asset.sha256}"`;
  modified = new Date(asset.uploadedAt ?? "").toUTCString();
});
afterAll(() => both[Symbol.asyncDispose]());

function get(headers: Record<string, string>, method = "GET"): Promise<Response> {
  return both.server.get(url, { headers, method });
}

describe("the data of an asset", () => {
  test.each([
    ["bytes=0-0", 0, 0],
    ["bytes=0-99", 0, 99],
    ["bytes=-10", -10, -1],
    ["bytes=100-", 100, -1],
    ["bytes=0-99999999", 0, -1],
    ["bytes=10-20, 15-30", 10, 30],
  ])("answers Range: %s with one part", async (range, first, last) => {
    const response = await get({ range });
    const start = first < 0 ? bytes.length + first : first;
    const end = last < 0 ? bytes.length + last : last;
    expect(response.status).toBe(206);
    expect(response.headers.get("content-range")).toBe(`bytes ${start}-${end}/${bytes.length}`);
    expect(response.headers.get("content-length")).toBe(`${end - start + 1}`);
    expect(await response.bytes()).toEqual(bytes.slice(start, end + 1));
  });

  test("answers several ranges with several parts", async () => {
    const response = await get({ range: "bytes=0-9, 1000-1009, -5" });
    expect(response.status).toBe(206);
    const boundary = /^multipart\/byteranges; boundary=(\S+)$/.exec(response.headers.get("content-type") ?? "")?.[1];
    const parts = Buffer.from(await response.bytes())
      .toString("latin1")
      .split(`--${boundary}`)
      .slice(1, -1);
    const contents = parts.map((part) => part.slice(part.indexOf("\r\n\r\n") + 4, -2));
    const expected = [bytes.slice(0, 10), bytes.slice(1000, 1010), bytes.slice(-5)];
    expect(contents).toEqual(expected.map((part) => Buffer.from(part).toString("latin1")));
  });

  test.each(labelled(["items=0-1", "bytes=abc", "bytes=9-1", `bytes=${"0-0,".repeat(200)}0-0`, "bytes="]))(
    "ignores Range: $label",
    async ({ value: range }) => {
      const response = await get({ range });
      expect(response.status).toBe(200);
      expect(response.headers.get("content-range")).toBeNull();
      expect((await response.bytes()).length).toBe(bytes.length);
    },
  );

  test.each([
    ["a blank within", "Range: bytes=0- 1\r\n"],
    ["one Range too many", "Range: bytes=0-1\r\nRange: bytes=2-3\r\n"],
    ["an If-Range of nothing", "If-Range:\r\nRange: bytes=0-1\r\n"],
    ["two If-Ranges", "If-Range:\r\nIf-Range: x\r\nRange: bytes=0-1\r\n"],
    ["an If-Range of something else", "If-Range: x\r\nRange: bytes=0-1\r\n"],
  ])("that ignores a Range is not cut by the runtime instead: %s", async (_name, lines) => {
    const head = requestHead(`GET ${url}`).replace(/\r\n$/, `${lines}\r\n`);
    const answer = await exchange(both.server.url, Buffer.from(head));
    if (!(answer instanceof Response)) throw new Error(answer);
    const { status, headers } = answer;
    expect([status, headers.get("content-range"), headers.get("accept-ranges")]).toEqual([200, null, "bytes"]);
    expect(Buffer.from(await answer.bytes()).equals(bytes)).toBe(true);
  });

  test.each(["bytes=abc", "bytes=0- 1", "bytes=0-9,100-109", "bytes=0-9,90000000-", "bytes=99999999-", "bytes=-0"])(
    "says how long the answer to the Range %p is",
    async (range) => {
      const { head, body } = await rawRequest(both.server.url, requestHead(`GET ${url}`, { Range: range }));
      expect(head).not.toMatch(/transfer-encoding/i);
      expect(/^content-length: (\d+)/im.exec(head)?.[1]).toBe(String(body.length));
    },
  );

  test.each(["bytes=99999999-", "bytes=-0"])("answers 416 for Range: %s", async (range) => {
    const response = await get({ range });
    expect(response.status).toBe(416);
    expect(response.headers.get("content-range")).toBe(`bytes */${bytes.length}`);
    expect((await readAnswer(response)).meta.code).toBe("range_not_satisfiable");
  });

  test("is not sent again to who has it", async () => {
    const has: Record<string, string>[] = [
      { "if-none-match": etag },
      { "if-none-match": "*" },
      { "if-none-match": `"x", W/${etag}` },
      { "if-modified-since": modified },
    ];
    for (const headers of has) {
      const response = await get({ ...headers, range: "bytes=0-1" });
      expect(response.status).toBe(304);
      expect(response.headers.get("etag")).toBe(etag);
      expect(await response.text()).toBe("");
    }
    expect((await get({ "if-none-match": '"x"' })).status).toBe(200);
  });

  test("answers 412 when it is not what the client has", async () => {
    for (const headers of [{ "if-match": '"x"' }, { "if-match": `W/${etag}` }] as Record<string, string>[]) {
      const answer = await readAnswer(await get(headers));
      expect(`${answer.status} ${answer.meta.code}`).toBe("412 precondition_failed");
    }
    expect((await get({ "if-match": etag })).status).toBe(200);
  });

  test("honours If-Range", async () => {
    const range = "bytes=0-1";
    expect((await get({ range, "if-range": etag })).status).toBe(206);
    expect((await get({ range, "if-range": modified })).status).toBe(206);
    expect((await get({ range, "if-range": '"x"' })).status).toBe(200);
    expect((await get({ range, "if-range": `W/${etag}` })).status).toBe(200);
  });

  test("answers HEAD with the headers of GET, and nothing else", async () => {
    const [head, whole] = await Promise.all([get({}, "HEAD"), get({})]);
    expect(head.status).toBe(200);
    expect(await head.text()).toBe("");
    const own = ["date", "x-request-id"];
    const of = (response: Response) => [...response.headers].filter(([name]) => !own.includes(name)).sort();
    expect(of(head)).toEqual(of(whole));
    expect((await get({ range: "bytes=0-1" }, "HEAD")).headers.get("content-length")).toBe(`${bytes.length}`);
  });

  test("is safe to show: no sniffing, no scripts, our own type, no shared cache", async () => {
    const { headers } = await get({});
    expect(headers.get("content-type")).toBe("video/mp4");
    expect(headers.get("x-content-type-options")).toBe("nosniff");
    expect(headers.get("content-security-policy")).toBe("default-src 'none'; style-src 'unsafe-inline'; sandbox");
    expect(headers.get("cache-control")).toBe("private, no-cache");
    expect(headers.get("accept-ranges")).toBe("bytes");
    expect(headers.get("etag")).toBe(etag);
    expect(headers.get("last-modified")).toBe(modified);
  });

  test.each([
    ["Bottle on a beach", 'inline; filename="Bottle on a beach.mp4"', 'attachment; filename="Bottle on a beach.mp4"'],
    ['quo"te', 'inline; filename="quo\\"te.mp4"', 'attachment; filename="quo\\"te.mp4"'],
    ["../../etc/passwd", /^inline; filename="?[^/]*passwd\.mp4"?$/, /^attachment; /],
    ["photo.exe", "inline; filename=photo.exe.mp4", "attachment; filename=photo.exe.mp4"],
    [
      "Größe 🍶",
      /^inline; filename="[^"]+\.mp4"; filename\*=UTF-8''Gr%C3%B6%C3%9Fe%20%F0%9F%8D%B6\.mp4$/,
      /^attachment; /,
    ],
  ])("named %p is offered under a harmless name", async (name, inline, attachment) => {
    const id = url.split("/").at(-2) ?? "";
    await both.server.api("PATCH", `/assets/${id}`, { name });
    expect((await get({})).headers.get("content-disposition")).toMatch(inline);
    const saved = await both.server.get(`${url}?download=1`, { method: "HEAD" });
    expect(saved.headers.get("content-disposition")).toMatch(attachment);
    expect((await both.server.get(`${url}?download=0`)).headers.get("content-disposition")).toMatch(inline);
  });

  test.each(["true", "yes", "2", ""])(
    "refuse ?download=%s, rather than show what was to be saved",
    async (download) => {
      const answer = await both.server.api("GET", `${url.replace("/api/v3", "")}?download=${download}`);
      expect([answer.status, answer.meta.details]).toEqual([
        422,
        [{ path: "download", message: "must be one of: 0, 1" }],
      ]);
    },
  );

  test("of a type that browsers do not show is always offered for saving", async () => {
    const doc = await importAsset(both.server.api, both.origin, {
      type: "document",
      url: `${both.origin.url}/brief.doc`,
    });
    const { headers } = await both.server.get(doc.url ?? "");
    expect(headers.get("content-disposition")).toStartWith("attachment; ");
  });
});

describe("a thumbnail", () => {
  test("is served as data is", async () => {
    const asset = await importAsset(both.server.api, both.origin);
    const path = asset.thumbnailUrl ?? "";
    const whole = await both.server.get(path);
    expect(whole.headers.get("content-type")).toBe("image/webp");
    expect(whole.headers.get("content-disposition")).toBe('inline; filename="Bottle on a beach thumbnail.webp"');
    expect(whole.headers.get("content-security-policy")).toContain("sandbox");
    const tag = whole.headers.get("etag") ?? "";
    expect((await both.server.get(path, { headers: { "if-none-match": tag } })).status).toBe(304);
    expect((await both.server.get(path, { headers: { range: "bytes=0-3" } })).status).toBe(206);
    expect((await both.server.get(path, { method: "HEAD" })).status).toBe(200);
  });

  test("is 404 where there is none", async () => {
    const sound = await importAsset(both.server.api, both.origin, {
      type: "audio",
      url: `${both.origin.url}/tone.wav`,
    });
    const answer = await readAnswer(await both.server.get(`/api/v3/assets/${sound.id}/thumbnail`));
    expect(`${answer.status} ${answer.meta.code}`).toBe("404 not_found");
  });
});

describe("bytes that are lost on the disk", () => {
  test.each(["gone", "cut"])("(%s) are 503 with an envelope, for data and HEAD", async (how) => {
    const { server, origin } = both;
    const file = how === "gone" ? "photo.jpg" : "animated.gif";
    const asset = readAsset(
      await server.api("POST", "/assets/from-url", { name: "x", type: "image", url: `${origin.url}/${file}` }),
    );
    const sha256 = asset.sha256 ?? "";
    const path = `${server.config.dataDir}/blobs/${sha256.slice(0, 2)}/${sha256.slice(2, 4)}/${sha256}`;
    await (how === "gone" ? rm(path) : truncate(path, 5));
    const answer = await readAnswer(await server.get(asset.url ?? "", { headers: { range: "bytes=0-3" } }));
    expect(`${answer.status} ${answer.meta.code}`).toBe("503 unavailable");
    expect(answer.headers.get("retry-after")).toMatch(/^[1-9]\d*$/);
    expect(answer.text).not.toContain(server.config.dataDir);
    expect((await server.get(asset.url ?? "", { method: "HEAD" })).status).toBe(503);
    // The same content, imported again, repairs it.
    await importAsset(server.api, origin, { url: `${origin.url}/${file}` });
    expect((await server.get(asset.url ?? "")).status).toBe(200);
  });
});
