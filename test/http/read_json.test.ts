import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { readJson } from "../../src/http/request/read_json.ts";
import { head, serve } from "./server.ts";

let server: ReturnType<typeof serve>;
beforeAll(() => {
  server = serve(async (request) => Response.json({ read: await readJson(request) }));
});
afterAll(() => server[Symbol.dispose]());

async function post(body: string | Uint8Array<ArrayBuffer> | undefined, headers: Record<string, string> = {}) {
  const response = await fetch(server.url, {
    method: "POST",
    body: body ?? null,
    headers: { "Content-Type": "application/json", ...headers },
  });
  return { status: response.status, body: await response.json() };
}

const nested = (depth: number) => "[".repeat(depth) + "]".repeat(depth);

describe("a JSON body", () => {
  test.each([
    ['{"a":[1,"ä",null,true]}', { a: [1, "ä", null, true] }],
    ["null", null],
    ['"text"', "text"],
    [' \n{"a":1} ', { a: 1 }],
    ['{"a":1,"a":2}', { a: 2 }],
    ['{"constructor":{"prototype":1}}', { constructor: { prototype: 1 } }],
    ['{"text":"__proto__"}', { text: "__proto__" }],
    ["\uFEFF{}", {}],
  ])("%p is read", async (text, expected) => {
    const { status, body } = await post(text);
    expect([status, JSON.stringify(body)]).toEqual([200, JSON.stringify({ read: expected })]);
  });

  test.each(["application/json; charset=utf-8", 'Application/JSON;charset="UTF-8"', "application/merge-patch+json"])(
    "is read as %p",
    async (contentType) => {
      expect((await post("{}", { "Content-Type": contentType })).status).toBe(200);
    },
  );

  test("of exactly 1 MiB is read", async () => {
    const text = JSON.stringify("x".repeat(1024 * 1024 - 2));
    expect((await post(text)).status).toBe(200);
  });

  test("of 20,000 values is read, of more refused with what to do", async () => {
    const zeros = (count: number) => `[${"0,".repeat(count - 2)}0]`;
    expect((await post(zeros(20_000))).status).toBe(200);
    const { status, body } = await post(zeros(20_001));
    expect([status, body.code]).toEqual([413, "body_too_large"]);
    expect((await post(`{"a":${zeros(520_000)}}`)).body.code).toBe("body_too_large");
  });

  test("nested 64 levels deep is read", async () => {
    expect((await post(nested(64))).status).toBe(200);
  });

  test.each([
    ["nothing", ""],
    ["no body", undefined],
    ["white space", "  \n"],
    ["half an object", '{"a":'],
    ["two values", "{} {}"],
    ["JavaScript", "{a: 1}"],
    ["a comment", "{} // x"],
    ["single quotes", "{'a':1}"],
    ["a trailing comma", "[1,]"],
    ["NaN", "NaN"],
    ["a raw line break in a string", '"a\nb"'],
    ["bytes that are not UTF-8", new Uint8Array([0x22, 0xc3, 0x28, 0x22])],
    ["an overlong encoding", new Uint8Array([0x22, 0xc0, 0xaf, 0x22])],
    ["a surrogate in UTF-8", new Uint8Array([0x22, 0xed, 0xa0, 0x80, 0x22])],
    ["UTF-16", new Uint8Array([0xff, 0xfe, 0x7b, 0, 0x7d, 0])],
    ["a key __proto__", '{"a":{"__proto__":{"admin":true}}}'],
    ["a key toString", '{"name":{"toString":[]}}'],
    ["an escaped key __proto__", '[{"\\u005f_proto__":1}]'],
    ["65 levels", nested(65)],
    ["half a million levels", nested(500_000)],
    ["half a million open brackets", "[".repeat(500_000)],
    ["100,000 levels of objects", `${'{"a":'.repeat(100_000)}1${"}".repeat(100_000)}`],
  ])("of %s is malformed_json", async (_what, body) => {
    const answer = await post(body);
    expect(answer).toMatchObject({ status: 400, body: { code: "malformed_json" } });
    expect(answer.body.message).toMatch(/^Cannot read the body: it .*[^.]$/);
  });

  test.each([
    [{ "Content-Type": "text/plain" }],
    [{ "Content-Type": "application/jsonp" }],
    [{ "Content-Type": "application/x-www-form-urlencoded" }],
    [{ "Content-Type": "application/json; charset=iso-8859-1" }],
    [{ "Content-Type": "application/json; charset=utf-16" }],
    [{ "Content-Type": "application/json", "Content-Encoding": "gzip" }],
    [{ "Content-Type": "application/json", "Content-Encoding": "br" }],
  ])("with %p is unsupported", async (headers) => {
    expect(await post("{}", headers)).toMatchObject({ status: 415, body: { code: "unsupported_media_type" } });
  });

  test("without a content type is unsupported", async () => {
    const { status } = await server.raw(`${head("POST /", { "Content-Length": "2" })}{}`);
    expect(status).toBe(415);
  });

  test("one byte too large is refused", async () => {
    const text = JSON.stringify("x".repeat(1024 * 1024 - 1));
    expect(await post(text)).toMatchObject({ status: 413, body: { code: "body_too_large" } });
  });

  test("that announces too much is refused before it is sent", async () => {
    const { status, body } = await server.raw(
      head("POST /", { "Content-Type": "application/json", "Content-Length": "999999999" }),
    );
    expect(status).toBe(413);
    expect(body).toContain("body_too_large");
  });

  test("that never ends is refused at the limit", async () => {
    const endless = new ReadableStream({ pull: (controller) => controller.enqueue(new Uint8Array(50_000).fill(32)) });
    const headers = { "Content-Type": "application/json" };
    const response = await fetch(server.url, { method: "POST", body: endless, headers });
    expect(await response.json()).toMatchObject({ code: "body_too_large" });
  });

  test("whose sender goes away is a bad request", async () => {
    const failed = Promise.withResolvers<unknown>();
    using own = serve(async (request) => {
      await readJson(request).catch(failed.resolve);
      return new Response();
    });
    const socket = own.connect();
    socket.write(`${head("POST /", { "Content-Type": "application/json", "Content-Length": "100" })}{"a":`);
    setTimeout(() => socket.destroy(), 100);
    expect(await failed.promise).toMatchObject({ code: "bad_request" });
  });
});
