import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { readMultipart } from "../../src/http/request/multipart.ts";
import { noise, read, sha256Of } from "../blobs/stores.ts";
import { B, END, FORM, field, file, nameless, part, serveForms } from "./forms.ts";

let forms: Awaited<ReturnType<typeof serveForms>>;
beforeAll(async () => {
  forms = await serveForms();
});
afterAll(() => forms[Symbol.asyncDispose]());

describe("a form", () => {
  test("as browsers and curl make it arrives with its file and its fields", async () => {
    const bytes = noise(1_500_000);
    const form = new FormData();
    form.append("name", "Sommer ☀");
    form.append("tags", "a");
    form.append("file", new File([bytes], "Größe 日本.png", { type: "image/png" }));
    form.append("tags", "b");
    const { status, body } = await forms.post(form);
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
    expect(await read(forms.blobs, sha256Of(bytes))).toEqual(bytes);
  });

  test.each([
    ["before", field("name", "n") + file("abc") + END],
    ["after", file("abc") + field("name", "n") + END],
  ])("may have its fields %s the file", async (_where, body) => {
    expect(await forms.post(body)).toMatchObject({ status: 200, body: { fields: { name: ["n"] }, sizeBytes: 3 } });
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
    expect(await forms.post(body)).toMatchObject({ status: 200, body: { sha256: sha256Of(content) } });
  });

  test("is understood wherever the network cuts it", async () => {
    const body = field("name", "né") + file("\r\n--x\r\nabc-") + END;
    const bytes = new TextEncoder().encode(body);
    for (let cut = 1; cut < bytes.length; cut++) {
      const request = new Request("http://localhost/", {
        method: "POST",
        headers: { "Content-Type": FORM },
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
        onFile: ({ stream }) => forms.blobs.write(stream, { maxBytes: 100 }),
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
    expect(await forms.post(file("abc", disposition) + END)).toMatchObject({ status: 200, body: { filename } });
  });

  test("may have 64 parts and values of 64 KiB", async () => {
    const value = "v".repeat(64 * 1024);
    const body = field("long", value) + field("f", "x").repeat(62) + file("abc") + END;
    expect(await forms.post(body)).toMatchObject({ status: 200, body: { fields: { long: [value] }, sizeBytes: 3 } });
  });

  test("whose file has no name gives none", async () => {
    expect(await forms.post(nameless("abc") + END)).toMatchObject({
      status: 200,
      body: { filename: null, sizeBytes: 3 },
    });
  });

  test("with a field called __proto__ changes nothing but that field", async () => {
    const { status } = await forms.post(field("__proto__", "x") + field("constructor", "y") + file("abc") + END);
    expect(status).toBe(200);
    expect(Object.prototype).not.toHaveProperty("0");
  });
});
