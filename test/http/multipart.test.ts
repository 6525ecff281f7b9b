import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { type MultipartFile, readMultipart } from "../../src/http/multipart.ts";
import { noise, read, sha256Of, temporaryStore } from "../blobs/stores.ts";
import { head, serve } from "./server.ts";

const MAX_FILE_BYTES = 2_000_000;
const B = "xBOUNDARYx";

/** One part of a form, as raw text. */
function part(headers: string, content: string): string {
  return `--${B}\r\n${headers}\r\n\r\n${content}\r\n`;
}
const field = (name: string, value: string) => part(`Content-Disposition: form-data; name="${name}"`, value);
const file = (content: string, disposition = 'name="file"; filename="a.txt"') =>
  part(`Content-Disposition: form-data; ${disposition}\r\nContent-Type: text/plain`, content);
/** What a browser sends for a file field where nobody chose a file, with its content. */
const nameless = (content: string) =>
  part('Content-Disposition: form-data; name="file"; filename=""\r\nContent-Type: application/octet-stream', content);
const END = `--${B}--\r\n`;

let at: Awaited<ReturnType<typeof temporaryStore>>;
let server: ReturnType<typeof serve>;

beforeAll(async () => {
  at = await temporaryStore();
  server = serve(async (request) => {
    const seen: Omit<MultipartFile, "stream">[] = [];
    const form = await readMultipart(request, {
      maxFileBytes: MAX_FILE_BYTES,
      onFile: ({ stream, ...about }) => {
        seen.push(about);
        return at.blobs.write(stream, { maxBytes: MAX_FILE_BYTES });
      },
    });
    using stored = form.file;
    return Response.json({ fields: form.fields, ...seen[0], sha256: stored.sha256, sizeBytes: stored.sizeBytes });
  });
});
afterAll(async () => {
  server[Symbol.dispose]();
  await at[Symbol.asyncDispose]();
});

async function post(
  body: string | Uint8Array<ArrayBuffer> | FormData,
  contentType = `multipart/form-data; boundary=${B}`,
) {
  const headers: Record<string, string> = body instanceof FormData ? {} : { "Content-Type": contentType };
  const response = await fetch(server.url, { method: "POST", body, headers });
  return { status: response.status, body: await response.json() };
}

/** Nothing of a refused upload may stay: no temporary file, no hold that keeps its content from the sweep. */
async function expectNothingLeft(content: string) {
  expect(await at.blobs.cleanTemporary()).toBe(0);
  const sha256 = sha256Of(content);
  await at.blobs.delete(sha256, { isReferenced: () => false });
  expect(await at.blobs.find(sha256)).toBeNull();
}

describe("a form", () => {
  test("as browsers and curl make it arrives with its file and its fields", async () => {
    const bytes = noise(1_500_000);
    const form = new FormData();
    form.append("name", "Sommer ☀");
    form.append("tags", "a");
    form.append("file", new File([bytes], "Größe 日本.png", { type: "image/png" }));
    form.append("tags", "b");
    const { status, body } = await post(form);
    expect([status, body]).toEqual([
      200,
      {
        fields: { name: ["Sommer ☀"], tags: ["a", "b"] },
        filename: "Größe 日本.png",
        contentType: "image/png",
        sha256: sha256Of(bytes),
        sizeBytes: bytes.length,
      },
    ]);
    expect(await read(at.blobs, sha256Of(bytes))).toEqual(bytes);
  });

  test.each([
    ["before", field("name", "n") + file("abc") + END],
    ["after", file("abc") + field("name", "n") + END],
  ])("may have its fields %s the file", async (_where, body) => {
    expect(await post(body)).toMatchObject({ status: 200, body: { fields: { name: ["n"] }, sizeBytes: 3 } });
  });

  test.each([
    ["a preamble and an epilogue", `hello\r\n${file("abc")}${END}good bye`, "abc"],
    ["no line break at its end", `${file("abc")}--${B}--`, "abc"],
    [
      "content that looks like a boundary",
      file(`\r\n--${B.slice(0, -1)}\r\n--x\r\n`) + END,
      `\r\n--${B.slice(0, -1)}\r\n--x\r\n`,
    ],
    ["content of line breaks and hyphens", file("\r\n\r\n----\r\n-") + END, "\r\n\r\n----\r\n-"],
    ["an empty file with a name", file("") + END, ""],
    ["a part without a disposition, which is skipped", part("X-Nothing: here", "?") + file("abc") + END, "abc"],
  ])("with %s is understood", async (_what, body, content) => {
    expect(await post(body)).toMatchObject({ status: 200, body: { sha256: sha256Of(content) } });
  });

  test("is understood wherever the network cuts it", async () => {
    const body = field("name", "né") + file("\r\n--x\r\nabc-") + END;
    const bytes = new TextEncoder().encode(body);
    for (let cut = 1; cut < bytes.length; cut++) {
      const request = new Request("http://localhost/", {
        method: "POST",
        headers: { "Content-Type": `multipart/form-data; boundary=${B}` },
        body: new ReadableStream({
          start(controller) {
            controller.enqueue(bytes.slice(0, cut));
            controller.enqueue(bytes.slice(cut));
            controller.close();
          },
        }),
      });
      const form = await readMultipart(request, {
        maxFileBytes: 100,
        onFile: ({ stream }) => at.blobs.write(stream, { maxBytes: 100 }),
      });
      using stored = form.file;
      expect([cut, form.fields.name, stored.sha256]).toEqual([cut, ["né"], sha256Of("\r\n--x\r\nabc-")]);
    }
  });

  test.each([
    ['name="file"; filename="../../etc/passwd"', "passwd"],
    ['name="file"; filename="C:\\\\temp\\\\a.txt"', "a.txt"],
    ['name="file"; filename="a.txt"; filename*=UTF-8\'\'%E2%82%AC.txt', "€.txt"],
    ['name="file"; filename="日本.txt"', "日本.txt"],
    ['name="file"; filename="a\\"b.txt"', 'a"b.txt'],
  ])("whose file has %s gives its name", async (disposition, filename) => {
    expect(await post(file("abc", disposition) + END)).toMatchObject({ status: 200, body: { filename } });
  });

  test("may have 64 parts and values of 64 KiB", async () => {
    const value = "v".repeat(64 * 1024);
    const body = field("long", value) + field("f", "x").repeat(62) + file("abc") + END;
    expect(await post(body)).toMatchObject({ status: 200, body: { fields: { long: [value] }, sizeBytes: 3 } });
  });

  test("whose file has no name gives none", async () => {
    expect(await post(nameless("abc") + END)).toMatchObject({ status: 200, body: { filename: null, sizeBytes: 3 } });
  });

  test("with a field called __proto__ changes nothing but that field", async () => {
    const { status } = await post(field("__proto__", "x") + field("constructor", "y") + file("abc") + END);
    expect(status).toBe(200);
    expect(Object.prototype).not.toHaveProperty("0");
  });
});

describe("a bad form", () => {
  const many = Array.from({ length: 100 }, (_, i) => field(`f${i}`, "x")).join("");

  test.each([
    ["without a file", field("name", "n") + END, "validation_failed"],
    ["with nothing at all", END, "validation_failed"],
    ["whose file was not chosen", nameless("") + END, "validation_failed"],
    ["whose file is a text field", field("file", "abc") + END, "validation_failed"],
    ["with two files", file("refused 2") + file("again") + END, "validation_failed"],
    ["whose file has another name", file("abc", 'name="upload"; filename="a"') + END, "validation_failed"],
    ["with a file without a name", file("abc", 'filename="a"') + END, "validation_failed"],
    ["with a field that is too long", field("name", "n".repeat(70_000)) + file("refused 3") + END, "validation_failed"],
    [
      "with such a field after the file",
      file("refused 4") + field("name", "n".repeat(70_000)) + END,
      "validation_failed",
    ],
    ["with a name that is too long", field("n".repeat(101), "x") + file("abc") + END, "bad_request"],
    ["with a field without a name", part("Content-Disposition: form-data", "x") + file("abc") + END, "bad_request"],
    ["with 65 parts", field("f", "x").repeat(64) + file("abc") + END, "bad_request"],
    ["with 100 fields", many + file("abc") + END, "bad_request"],
    ["with 100 fields after the file", file("refused 5") + many + END, "bad_request"],
    [
      "that ends in its file",
      `--${B}\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\nabc`,
      "bad_request",
    ],
    ["that ends after its file", file("refused 6"), "bad_request"],
    ["that ends in a header", `--${B}\r\nContent-Dispo`, "bad_request"],
    ["without its boundary", "just text", "bad_request"],
    ["with another boundary", (file("abc") + END).replaceAll(B, "other"), "bad_request"],
    ["with a malformed header", part("Content-Disposition form-data; name=file", "x") + END, "bad_request"],
    ["with NUL in a header", part('Content-Disposition: form-data; name="fi\0le"', "x") + END, "bad_request"],
    ["with a header of 20 kB", part(`X-Long: ${"x".repeat(20_000)}`, "x") + file("abc") + END, "bad_request"],
    ["with 5,000 headers", part("X-Many: x\r\n".repeat(5000).trimEnd(), "x") + file("abc") + END, "bad_request"],
    ["with a preamble of 3.5 MB", `${"x".repeat(3_500_000)}\r\n${file("abc")}${END}`, "asset_too_large"],
    ["that is empty", "", "bad_request"],
  ])("%s is refused, and nothing is left", async (_what, body, code) => {
    const answer = await post(body);
    expect(answer).toMatchObject({ body: { code } });
    expect(answer.body.message).toMatch(/^Cannot .*[^.]$/s);
    await expectNothingLeft(/refused \d/.exec(body)?.[0] ?? "abc");
  });

  test.each([
    ["application/json", "unsupported_media_type"],
    ["application/x-www-form-urlencoded", "unsupported_media_type"],
    ["multipart/mixed; boundary=x", "unsupported_media_type"],
    ["multipart/form-data", "bad_request"],
    ["multipart/form-data; boundary", "bad_request"],
    ["multipart/form-data; charset=utf-8", "bad_request"],
  ])("of content type %p is refused", async (contentType, code) => {
    expect((await post(file("abc") + END, contentType)).body).toMatchObject({ code });
  });

  test("with a file one byte too large is refused, and nothing is left", async () => {
    const content = "x".repeat(MAX_FILE_BYTES);
    expect(await post(file(content) + END)).toMatchObject({ status: 200 });
    expect(await post(file(`${content}x`) + END)).toMatchObject({ status: 413, body: { code: "asset_too_large" } });
    await expectNothingLeft(`${content}x`);
  });

  test("that announces too much is refused before it is sent", async () => {
    const { status, body } = await server.raw(
      head("POST /", { "Content-Type": `multipart/form-data; boundary=${B}`, "Content-Length": "99999999999" }),
    );
    expect(status).toBe(413);
    expect(body).toContain("asset_too_large");
  });

  test("that never ends is refused at the limit, though it announces nothing", async () => {
    const endless = new ReadableStream({
      start: (controller) => controller.enqueue(new TextEncoder().encode(file("").slice(0, -2))),
      pull: (controller) => controller.enqueue(new Uint8Array(100_000)),
    });
    const response = await fetch(server.url, {
      method: "POST",
      body: endless,
      headers: { "Content-Type": `multipart/form-data; boundary=${B}` },
    });
    expect(await response.json()).toMatchObject({ code: "asset_too_large" });
    expect(await at.blobs.cleanTemporary()).toBe(0);
  });
});

describe("a form whose sender", () => {
  const begin = head("POST /", { "Content-Type": `multipart/form-data; boundary=${B}`, "Content-Length": "1000000" });

  test.each([
    ["met by the form", () => undefined],
    ["met by the store", (request: Request) => request.signal],
  ])("goes away in the middle of the file leaves nothing: %s", async (_how, signalOf) => {
    const failed = Promise.withResolvers<unknown>();
    const started = Promise.withResolvers<void>();
    using own = serve(async (request) => {
      await readMultipart(request, {
        maxFileBytes: MAX_FILE_BYTES,
        onFile: ({ stream }) => {
          started.resolve();
          return at.blobs.write(stream, { maxBytes: MAX_FILE_BYTES, signal: signalOf(request) });
        },
      }).catch(failed.resolve);
      return new Response();
    });
    const socket = own.connect();
    socket.write(
      `${begin}--${B}\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n${"x".repeat(300_000)}`,
    );
    await started.promise;
    socket.destroy();
    expect(await failed.promise).toMatchObject({ code: "bad_request" });
    expect(await at.blobs.cleanTemporary()).toBe(0);
  });

  test("goes on too long is given up with the caller's reason", async () => {
    const failed = Promise.withResolvers<unknown>();
    using own = serve(async (request) => {
      await readMultipart(request, {
        maxFileBytes: MAX_FILE_BYTES,
        signal: AbortSignal.timeout(100),
        onFile: ({ stream }) => at.blobs.write(stream, { maxBytes: MAX_FILE_BYTES }),
      }).catch(failed.resolve);
      return new Response();
    });
    const socket = own.connect();
    socket.write(
      `${begin}--${B}\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n${"x".repeat(1000)}`,
    );
    expect(await failed.promise).toMatchObject({ name: "TimeoutError" });
    socket.destroy();
    expect(await at.blobs.cleanTemporary()).toBe(0);
  });
});

describe("whoever takes the file", () => {
  const request = () =>
    new Request("http://localhost/", {
      method: "POST",
      headers: { "Content-Type": `multipart/form-data; boundary=${B}` },
      body: file("x".repeat(500_000)) + field("name", "n") + END,
    });

  test("may take only a part of it", async () => {
    const form = await readMultipart(request(), {
      maxFileBytes: MAX_FILE_BYTES,
      onFile: async ({ stream }) => {
        for await (const _chunk of stream) break;
        return { [Symbol.dispose]() {} };
      },
    });
    expect(form.fields.name).toEqual(["n"]);
  });

  test("may take none of it", async () => {
    const form = await readMultipart(request(), {
      maxFileBytes: MAX_FILE_BYTES,
      onFile: async () => ({ [Symbol.dispose]() {} }),
    });
    expect(form.fields.name).toEqual(["n"]);
  });

  test("decides with its own error what the sender is told", async () => {
    const reading = readMultipart(request(), {
      maxFileBytes: MAX_FILE_BYTES,
      onFile: async () => {
        throw new Error("disk on fire");
      },
    });
    await expect(reading).rejects.toThrow("disk on fire");
  });

  test("has its result disposed when the rest of the form is bad", async () => {
    let disposed = 0;
    const cut = new Request("http://localhost/", {
      method: "POST",
      headers: { "Content-Type": `multipart/form-data; boundary=${B}` },
      body: file("abc") + field("name", "n"),
    });
    const reading = readMultipart(cut, {
      maxFileBytes: MAX_FILE_BYTES,
      onFile: async ({ stream }) => {
        for await (const _chunk of stream);
        return { [Symbol.dispose]: () => void disposed++ };
      },
    });
    await expect(reading).rejects.toMatchObject({ code: "bad_request" });
    expect(disposed).toBe(1);
  });
});
