import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { inspect } from "node:util";
import { Type } from "@sinclair/typebox";
import { checked, readAsset } from "../support/answer.ts";
import { imageBody, startServerAndOrigin } from "../support/imports.ts";

let both: Awaited<ReturnType<typeof startServerAndOrigin>>;
beforeAll(async () => {
  both = await startServerAndOrigin();
});
afterAll(() => both[Symbol.asyncDispose]());

const json = { "content-type": "application/json" };

describe.each(["/assets/from-url", "/assets"])("a JSON body of POST %s", (path) => {
  const post = (body: unknown, headers = {}) => both.server.api("POST", path, body, headers);

  test("imports, with every field", async () => {
    const body = imageBody(both.origin, { tags: ["a", "ü 🍶"], name: "Ünïcödé 🍶", clientId: null, campaignId: null });
    const answer = await post(body);
    expect(answer.status).toBe(201);
    expect(readAsset(answer)).toMatchObject({ name: "Ünïcödé 🍶", tags: ["a", "ü 🍶"], clientId: null });
  });

  test.each(
    (
      [
        [{ zip: 1, zap: 2 }, ["zap", "zip"]],
        [{ name: undefined, type: undefined, url: undefined }, ["name", "type", "url"]],
        [{ name: 5 }, ["name"]],
        [{ name: "" }, ["name"]],
        [{ name: " \t " }, ["name"]],
        [{ name: "a\nb" }, ["name"]],
        [{ name: "a\r\nSet-Cookie: x" }, ["name"]],
        [{ name: "a\u0000b" }, ["name"]],
        [{ name: "gpj.\u202eexe" }, ["name"]],
        [{ name: "x".repeat(301) }, ["name"]],
        [{ name: null }, ["name"]],
        [{ type: "Image" }, ["type"]],
        [{ type: null }, ["type"]],
        [{ type: ["image"] }, ["type"]],
        [{ url: 7 }, ["url"]],
        [{ url: "" }, ["url"]],
        [{ url: `http://cdn.example/${"x".repeat(9000)}` }, ["url"]],
        [{ tags: "a" }, ["tags"]],
        [{ tags: [1] }, ["tags.0"]],
        [{ tags: ["a", "a"] }, ["tags"]],
        [{ tags: ["", "a\u0007"] }, ["tags.0", "tags.1"]],
        [{ tags: Array.from({ length: 51 }, (_, n) => `t${n}`) }, ["tags"]],
        [{ clientId: 5 }, ["clientId"]],
        [{ clientId: "" }, ["clientId"]],
        [{ clientId: "nobody" }, ["clientId"]],
        [{ clientId: "nobody", campaignId: "nothing" }, ["campaignId", "clientId"]],
        [{ status: "ready", id: "mine", userId: "you" }, ["id", "status", "userId"]],
      ] as [Record<string, unknown>, string[]][]
    ).map(([changes, paths]) => ({
      label: inspect(changes, { compact: true, breakLength: 1000, maxStringLength: 20, maxArrayLength: 3 }),
      changes,
      paths,
    })),
  )("with $label is 422", async ({ changes, paths }) => {
    const before = both.server.eventTypes().length;
    const answer = await post(imageBody(both.origin, changes));
    expect([answer.status, answer.meta.code]).toEqual([422, "validation_failed"]);
    const details = answer.meta.details;
    if (!Array.isArray(details)) throw new Error(answer.text);
    expect<unknown>(details.map((detail) => detail.path).sort()).toEqual(paths);
    expect(answer.text).not.toMatch(/\[\^|typebox/i);
    expect(both.server.eventTypes().length).toBe(before);
  });

  test.each(
    [
      ["", "400 malformed_json"],
      ["{", "400 malformed_json"],
      ["{'name': 1}", "400 malformed_json"],
      ['{"name": 1,}', "400 malformed_json"],
      ['{"name": NaN}', "400 malformed_json"],
      ['{"__proto__": {"name": "x"}}', "400 malformed_json"],
      ['{"tags": [{"constructor": {"__proto__": 1}}]}', "400 malformed_json"],
      ['{"name": "\\ud800"}', "400 malformed_json"],
      ['{"tags": ["\\udc00x"]}', "400 malformed_json"],
      ['{"\\ud800": 1}', "422 validation_failed"],
      [`${"[".repeat(50_000)}${"]".repeat(50_000)}`, "400 malformed_json"],
      [`{"a":${'{"a":'.repeat(80)}1${"}".repeat(80)}}`, "400 malformed_json"],
      ["null", "422 validation_failed"],
      ["[]", "422 validation_failed"],
      ['"text"', "422 validation_failed"],
      ["5", "422 validation_failed"],
      ["{}", "422 validation_failed"],
      [JSON.stringify({ name: "x".repeat(1024 * 1024) }), "413 body_too_large"],
    ].map(([body = "", expected = ""]) => ({ label: body.slice(0, 40), body, expected })),
  )("of '$label' is $expected", async ({ body, expected }) => {
    const answer = await post(body, json);
    expect(`${answer.status} ${answer.meta.code}`).toBe(expected);
  });

  test("says in plain words what is wrong with each field", async () => {
    const tags = ["", "a", "a", 5];
    const answer = await post({ name: " ", type: "hologram", tags, clientId: "x".repeat(201) }, json);
    expect(answer.error).toBe("Cannot accept the request: url: is required");
    const details = checked(
      Type.Array(Type.Object({ path: Type.String(), message: Type.String() })),
      answer.meta.details,
    );
    const said = details.map(({ path, message }) => [path, message]);
    expect(Object.fromEntries(said)).toEqual({
      url: "is required",
      name: "must not be blank",
      type: "must be one of: image, video, audio, document, font",
      clientId: "must have at most 200 characters",
      tags: "must not have the same item twice",
      "tags.0": "must not be empty",
      "tags.3": "must be a string",
    });
  });

  test.each(["[]", "null", "5", '"name"'])("that is %p is told to be an object", async (body) => {
    const answer = await post(new Blob([body]), json);
    expect(answer.error).toBe("Cannot accept the request: the body must be an object");
  });

  test("that is not UTF-8 is 400", async () => {
    const answer = await post(new Blob([new Uint8Array([0x7b, 0x22, 0xff, 0x22, 0x7d])]), json);
    expect([answer.status, answer.meta.code]).toEqual([400, "malformed_json"]);
  });

  test.each([
    ["application/x-www-form-urlencoded"],
    ["text/plain"],
    ["application/xml"],
    ["application/json; charset=latin1"],
    ["application/jsonx"],
    [""],
  ])("sent as '%s' is 415", async (type) => {
    const answer = await post(JSON.stringify(imageBody(both.origin)), { "content-type": type });
    expect([answer.status, answer.meta.code]).toEqual([415, "unsupported_media_type"]);
    const wanted = path === "/assets" ? "neither application/json nor multipart/form-data" : "not application/json";
    const reason = type.includes("latin1") ? "JSON is UTF-8, not another charset" : `its content type is ${wanted}`;
    expect(answer.error).toEndWith(reason);
  });

  test("over the limit is told the limit as people say it", async () => {
    const answer = await post({ name: "x".repeat(1024 * 1024) });
    expect(answer.error).toBe("Cannot read the body: it is larger than 1 MiB");
  });

  test("sent compressed is 415", async () => {
    const packed = new Blob([Bun.gzipSync(JSON.stringify(imageBody(both.origin)))]);
    const answer = await post(packed, { ...json, "content-encoding": "gzip" });
    expect([answer.status, answer.meta.code]).toEqual([415, "unsupported_media_type"]);
  });

  test.each(["application/json; charset=utf-8", "Application/JSON", "application/vnd.api+json"])(
    "sent as '%s' is read",
    async (type) => {
      expect((await post(JSON.stringify(imageBody(both.origin)), { "content-type": type })).status).toBe(201);
    },
  );
});
