import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { Type } from "@sinclair/typebox";
import { checked, readAsset } from "../support/answer.ts";
import { form, startServerAndOrigin } from "../support/imports.ts";
import { fixture } from "../support/origin.ts";
import { filesIn, until } from "../support/test_server.ts";

let both: Awaited<ReturnType<typeof startServerAndOrigin>>;
let photo: File;
beforeAll(async () => {
  both = await startServerAndOrigin();
  photo = new File([await fixture("photo.jpg")], "bottle.jpg");
});
afterAll(() => both[Symbol.asyncDispose]());

async function send(body: unknown, headers: Record<string, string> = {}) {
  return await both.server.api("POST", "/assets/unified", body, headers);
}

function fields(values: Record<string, string>): FormData {
  const data = new FormData();
  for (const [name, value] of Object.entries(values)) data.append(name, value);
  return data;
}

describe("the old endpoint for assets", () => {
  test("stores a file, with a thumbnail whatever generateThumbnail says", async () => {
    for (const generateThumbnail of ["true", "False", "0"]) {
      const answer = await send(form(photo, { uploadType: "file", type: "image", generateThumbnail, tags: '["a"]' }));
      expect(answer.status).toBe(201);
      const asset = readAsset(answer);
      expect(asset).toMatchObject({ name: "bottle.jpg", status: "ready", tags: ["a"], sourceUrl: null });
      expect(asset.thumbnailUrl).not.toBeNull();
      expect(answer.headers.get("location")).toBe(`/api/v3/assets/${asset.id}`);
    }
  });

  test.each([
    ["JSON", (body: Record<string, string>) => send({ ...body, generateThumbnail: false })],
    ["a form", (body: Record<string, string>) => send(fields({ ...body, generateThumbnail: "off" }))],
    [
      "a form with an empty file",
      (body: Record<string, string>) => {
        const data = fields(body);
        data.append("file", new File([], ""));
        return send(data);
      },
    ],
    [
      "a URL-encoded form",
      (body: Record<string, string>) =>
        send(new URLSearchParams(body).toString(), { "content-type": "application/x-www-form-urlencoded" }),
    ],
  ])("imports a URL that is sent as %s", async (_, post) => {
    const sourceUrl = `${both.origin.url}/photo.png`;
    const answer = await post({ uploadType: "url", sourceUrl, name: "Bottle", type: "image" });
    expect(answer.status).toBe(201);
    expect(readAsset(answer)).toMatchObject({ name: "Bottle", status: "ready", sourceUrl });
  });

  const source = "https://cdn.example/a.png";
  test.each([
    ["no upload type", { sourceUrl: source, name: "a", type: "image" }, ["uploadType"]],
    ["an unknown one", { uploadType: "ftp" }, ["uploadType"]],
    ["a URL without a name and type", { uploadType: "url", sourceUrl: source }, ["name", "type"]],
    ["no URL", { uploadType: "url", name: "a", type: "image" }, ["sourceUrl"]],
    ["a file in JSON", { uploadType: "file", name: "a", type: "image" }, ["file"]],
    ["an unknown field", { uploadType: "url", sourceUrl: source, name: "a", type: "image", url: source }, ["url"]],
    [
      "a text for a boolean",
      { uploadType: "url", sourceUrl: source, name: "a", type: "image", generateThumbnail: "yes" },
      ["generateThumbnail"],
    ],
  ])("refuses %s", async (_, body, paths) => {
    const answer = await send(body);
    expect(answer).toMatchObject({ status: 422, meta: { code: "validation_failed" } });
    const details = checked(Type.Array(Type.Object({ path: Type.String() })), answer.meta.details);
    expect(details.map(({ path }) => path).sort()).toEqual(paths);
  });

  test("leaves nothing of a form that is refused", async () => {
    const { dataDir } = both.server.config;
    await both.server.api("GET", "/assets");
    const other = new File([await fixture("photo.webp")], "other.webp");
    const before = filesIn(`${dataDir}/blobs`);
    const events = both.server.eventTypes().length;
    for (const wrong of [
      form(other, { uploadType: "url", sourceUrl: source, name: "a", type: "image" }),
      form(other, { uploadType: "file", generateThumbnail: "perhaps" }),
      form(other, {}),
      fields({ uploadType: "file", name: "a" }),
    ]) {
      expect((await send(wrong)).status).toBe(422);
    }
    await until(() => filesIn(`${dataDir}/blobs`).length === before.length);
    expect(both.server.eventTypes().length).toBe(events);
  });

  test("refuses a source that is not allowed, and a body that is none of the three", async () => {
    const refused = await send({ uploadType: "url", sourceUrl: "http://10.0.0.1/", name: "a", type: "image" });
    expect(refused).toMatchObject({ status: 422, meta: { code: "source_not_allowed" } });
    expect((await send("uploadType=url", { "content-type": "text/plain" })).status).toBe(415);
    const endless = `name=${"a".repeat(1_100_000)}`;
    const tooLarge = await send(endless, { "content-type": "application/x-www-form-urlencoded" });
    expect(tooLarge).toMatchObject({ status: 413, meta: { code: "body_too_large" } });
    const many = await send("a=1&".repeat(250_000), { "content-type": "application/x-www-form-urlencoded" });
    expect([many.status, many.error]).toEqual([400, "Cannot read the form: it has more than 64 fields"]);
  });

  test("is made once per Idempotency-Key", async () => {
    const key = { "idempotency-key": "unified-1" };
    const first = await send(form(photo, { uploadType: "file" }), key);
    const second = await send(form(photo, { uploadType: "file" }), key);
    expect(readAsset(second).id).toBe(readAsset(first).id);
    expect(second.headers.get("idempotency-replayed")).toBe("true");
  });

  test("is documented as deprecated", async () => {
    const Document = Type.Object({ paths: Type.Record(Type.String(), Type.Record(Type.String(), Type.Unknown())) });
    const { paths } = checked(Document, await (await both.server.get("/docs/json")).json());
    expect(paths["/api/v3/assets/unified"]?.post).toMatchObject({ deprecated: true });
  });
});
