import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { failedAssetId, readAsset } from "../support/answer.ts";
import { form, startServerAndOrigin } from "../support/imports.ts";
import { fixture } from "../support/origin.ts";
import { rawRequest, requestHead } from "../support/raw_request.ts";
import { filesIn, until } from "../support/test_server.ts";

let both: Awaited<ReturnType<typeof startServerAndOrigin>>;
let photo: File;
beforeAll(async () => {
  both = await startServerAndOrigin({ MAX_ASSET_DOWNLOAD_SIZE_MB: "1" });
  photo = new File([await fixture("photo.jpg")], "Bottle on a beach.jpg", { type: "application/x-nonsense" });
});
afterAll(() => both[Symbol.asyncDispose]());

const CRLF = "\r\n";

/** A form, byte for byte as a test wants it. */
function multipart(...parts: (string | Uint8Array)[]): Buffer<ArrayBuffer> {
  const all = parts.map((part) => Buffer.concat([Buffer.from(`--b${CRLF}`), Buffer.from(part), Buffer.from(CRLF)]));
  return Buffer.concat([...all, Buffer.from("--b--\r\n")]);
}

async function filePart(disposition: string, file = "photo.jpg"): Promise<Buffer<ArrayBuffer>> {
  return Buffer.concat([
    Buffer.from(`Content-Disposition: form-data; ${disposition}${CRLF}${CRLF}`),
    await fixture(file),
  ]);
}

function field(name: string, value: string): string {
  return `Content-Disposition: form-data; name="${name}"${CRLF}${CRLF}${value}`;
}

function send(body: Uint8Array<ArrayBuffer>) {
  const headers = { "content-type": "multipart/form-data; boundary=b" };
  return both.server.api("POST", "/assets", new Blob([body]), headers);
}

/** After the answer, nothing of it may be on the disk or in the log. */
async function nothingLeft(during: () => Promise<unknown>): Promise<void> {
  const { dataDir } = both.server.config;
  const before = filesIn(`${dataDir}/blobs`);
  const events = both.server.eventTypes().length;
  await during();
  await until(() => filesIn(`${dataDir}/blobs`).length === before.length);
  expect(filesIn(`${dataDir}/blobs`)).toEqual(before);
  expect(both.server.eventTypes().length).toBe(events);
}

describe("an uploaded file", () => {
  test("becomes an asset with the name of the file, by its content", async () => {
    const events = both.server.eventTypes().length;
    const answer = await both.server.api("POST", "/assets", form(photo));
    expect(answer.status).toBe(201);
    const asset = readAsset(answer);
    expect(asset).toMatchObject({
      name: "Bottle on a beach.jpg",
      type: "image",
      format: "jpeg",
      contentType: "image/jpeg",
      sourceUrl: null,
      status: "ready",
      tags: [],
      size: photo.size,
    });
    expect(answer.headers.get("location")).toBe(`/api/v3/assets/${asset.id}`);
    expect(await (await both.server.get(asset.url ?? "")).bytes()).toEqual(await photo.bytes());
    expect(both.server.eventTypes(0).slice(events)).toEqual([
      "AssetRequested",
      "BlobStored",
      "ThumbnailStored",
      "AssetInspected",
    ]);
  });

  test("takes its fields from before and after the file", async () => {
    const fields = { name: "Bottle", type: "image", tags: ["a", "b"] };
    const before = form(photo, fields);
    const after = new FormData();
    for (const [name, value] of [...before.entries()].reverse()) after.append(name, value);
    for (const data of [before, after]) {
      const asset = readAsset(await both.server.api("POST", "/assets", data));
      expect(asset).toMatchObject({ name: "Bottle", type: "image" });
      expect(asset.tags.toSorted()).toEqual(["a", "b"]);
    }
  });

  test.each([
    [["a"], ["a"]],
    [
      ["a", "b"],
      ["a", "b"],
    ],
    [['["a","b, c"]'], ["a", "b, c"]],
    [["[]"], []],
    [[""], []],
  ])("with tags %p has the tags %p", async (sent, tags) => {
    expect(readAsset(await both.server.api("POST", "/assets", form(photo, { tags: sent }))).tags).toEqual(tags);
  });

  test("treats fields that nobody filled in as absent", async () => {
    const empty = { name: "", type: "", tags: "", clientId: "", campaignId: "" };
    const asset = readAsset(await both.server.api("POST", "/assets", form(photo, empty)));
    expect(asset).toMatchObject({ name: "Bottle on a beach.jpg", clientId: null, campaignId: null });
  });

  test("of another type than declared fails and stays to be read", async () => {
    const answer = await both.server.api("POST", "/assets", form(photo, { type: "video" }));
    expect(`${answer.status} ${answer.meta.code}`).toBe("415 type_mismatch");
    expect(answer.error).toContain("as video: it is image (jpeg)");
    const failed = readAsset(await both.server.api("GET", `/assets/${failedAssetId(answer)}`));
    expect(failed).toMatchObject({ status: "failed", sha256: null, sourceUrl: null });
  });

  test("that is no media fails", async () => {
    const script = new File(["<html><script>alert(1)</script></html>"], "photo.png", { type: "image/png" });
    const answer = await both.server.api("POST", "/assets", form(script));
    expect(`${answer.status} ${answer.meta.code}`).toBe("415 unsupported_media_type");
  });
});

describe("an upload that is refused leaves nothing behind", () => {
  test.each([
    [{ colour: "red" }, "colour"],
    [{ status: "ready" }, "status"],
    [{ type: "Image" }, "type"],
    [{ name: ["a", "b"] }, "name"],
    [{ name: "a\u0007b" }, "name"],
    [{ name: "x".repeat(301) }, "name"],
    [{ tags: "[1]" }, "tags.0"],
    [{ tags: "[" }, "tags"],
    [{ tags: '["a","a"]' }, "tags"],
    [{ clientId: "nobody" }, "clientId"],
    [{ __proto__x: "1" }, "__proto__x"],
    [{ name: "x".repeat(70_000) }, "name"],
  ])("for a bad field %#", async (fields, path) => {
    const file = new File([await fixture("animated.gif")], "a.gif");
    const sent: Record<string, string | string[]> = { ...fields };
    await nothingLeft(async () => {
      const answer = await both.server.api("POST", "/assets", form(file, sent));
      expect(`${answer.status} ${answer.meta.code}`).toBe("422 validation_failed");
      expect(answer.meta.details).toMatchObject([{ path }]);
    });
  });

  test.each([
    ["no file", async () => multipart(field("name", "x")), "422 validation_failed"],
    ["nothing at all", async () => Buffer.from("--b--\r\n"), "422 validation_failed"],
    ["an empty body", async () => Buffer.alloc(0), "400 bad_request"],
    [
      "two files",
      async () => multipart(await filePart('name="file"; filename="a"'), await filePart('name="file"; filename="b"')),
      "422 validation_failed",
    ],
    [
      "a file of another name",
      async () => multipart(await filePart('name="photo"; filename="a"')),
      "422 validation_failed",
    ],
    ["a part without a name", async () => multipart(await filePart('filename="a"')), "422 validation_failed"],
    [
      "no end",
      async () => Buffer.concat([Buffer.from("--b\r\n"), await filePart('name="file"; filename="a"')]),
      "400 bad_request",
    ],
    ["another boundary", async () => Buffer.from("--c\r\nnonsense\r\n--c--"), "400 bad_request"],
    [
      "a bad field after the file",
      async () => multipart(await filePart('name="file"; filename="a"', "animated.webp"), field("zip", "1")),
      "422 validation_failed",
    ],
    [
      "100 fields",
      async () => multipart(...Array.from({ length: 100 }, (_, n) => field(`f${n}`, "x"))),
      "400 bad_request",
    ],
  ])("for %s", async (_, body, expected) => {
    await nothingLeft(async () => {
      const answer = await send(await body());
      expect(`${answer.status} ${answer.meta.code}`).toBe(expected);
    });
  });

  test("for a file that is too large, whether its length was announced or not", async () => {
    const large = new Uint8Array(1024 * 1024 + 1);
    const parts = multipart(
      Buffer.concat([Buffer.from(`Content-Disposition: form-data; name="file"; filename="a"${CRLF}${CRLF}`), large]),
    );
    await nothingLeft(async () => {
      const announced = await send(parts);
      expect(`${announced.status} ${announced.meta.code}`).toBe("413 asset_too_large");
      expect(announced.error).toBe("Cannot store the file: it is larger than 1 MiB");

      const headers = { "Content-Type": "multipart/form-data; boundary=b", "Transfer-Encoding": "chunked" };
      const chunked = Buffer.concat([
        Buffer.from(`${parts.length.toString(16)}${CRLF}`),
        parts,
        Buffer.from(`${CRLF}0${CRLF}${CRLF}`),
      ]);
      const raw = await rawRequest(
        both.server.url,
        Buffer.concat([Buffer.from(requestHead("POST /api/v3/assets", headers)), chunked]),
      );
      expect(raw.status).toBe(413);
      expect(raw.body).toContain('"code":"asset_too_large"');
    });
  });

  test("for a length that is announced as too large, before it is sent", async () => {
    const headers = { "Content-Type": "multipart/form-data; boundary=b", "Content-Length": "99999999999" };
    const raw = await rawRequest(both.server.url, requestHead("POST /api/v3/assets", headers));
    expect(raw.status).toBe(413);
  });
});

describe("the name of a file", () => {
  test.each([
    ["../../../etc/passwd", "passwd"],
    ["C:\\\\Users\\\\me\\\\photo.jpg", "photo.jpg"],
    ["Größe 10 € 🍶.jpg", "Größe 10 € 🍶.jpg"],
    ["gpj.\u202eexe", "gpj. exe"],
    ["a\tb\u0085c.jpg", "a b c.jpg"],
    ['quo\\"te.jpg', 'quo"te.jpg'],
    ["...", "..."],
    [" ", "upload"],
    ["<img src=x onerror=alert(1)>.jpg", "<img src=x onerror=alert(1)>.jpg"],
  ])("%p becomes one that is safe to show", async (filename, name) => {
    const answer = await send(multipart(await filePart(`name="file"; filename="${filename}"`)));
    expect(answer.status).toBe(201);
    expect(readAsset(answer).name).toBe(name);
    const data = await both.server.get(readAsset(answer).url ?? "", { method: "HEAD" });
    expect(data.headers.get("content-disposition")).toMatch(/^inline; filename=/);
    expect(data.headers.get("content-disposition")).not.toMatch(/[\r\n\0/\u202e]|\\[^"]/);
  });

  test("of 10 kB is cut to 300 characters", async () => {
    const answer = await send(multipart(await filePart(`name="file"; filename="${"x".repeat(10_000)}.jpg"`)));
    expect(readAsset(answer).name).toBe("x".repeat(300));
  });

  test("with a NUL makes the form malformed", async () => {
    const answer = await send(multipart(await filePart('name="file"; filename="a\u0000b.jpg"')));
    expect(`${answer.status} ${answer.meta.code}`).toBe("400 bad_request");
  });
});
