import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { B, END, FORM, field, file, MAX_FILE_BYTES, nameless, part, serveForms } from "./forms.ts";
import { head } from "./server.ts";

let forms: Awaited<ReturnType<typeof serveForms>>;
beforeAll(async () => {
  forms = await serveForms();
});
afterAll(() => forms[Symbol.asyncDispose]());

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
    const answer = await forms.post(body);
    expect(answer).toMatchObject({ body: { code } });
    expect(answer.body.message).toMatch(/^Cannot .*[^.]$/s);
    await forms.expectNothingLeft(/refused \d/.exec(body)?.[0] ?? "abc");
  });

  test.each([
    ["application/json", "unsupported_media_type"],
    ["application/x-www-form-urlencoded", "unsupported_media_type"],
    ["multipart/mixed; boundary=x", "unsupported_media_type"],
    ["multipart/form-data", "bad_request"],
    ["multipart/form-data; boundary", "bad_request"],
    ["multipart/form-data; charset=utf-8", "bad_request"],
  ])("of content type %p is refused", async (contentType, code) => {
    expect((await forms.post(file("abc") + END, contentType)).body).toMatchObject({ code });
  });

  test("with a file one byte too large is refused, and nothing is left", async () => {
    const content = "x".repeat(MAX_FILE_BYTES);
    expect(await forms.post(file(content) + END)).toMatchObject({ status: 200 });
    expect(await forms.post(file(`${content}x`) + END)).toMatchObject({
      status: 413,
      body: { code: "asset_too_large" },
    });
    await forms.expectNothingLeft(`${content}x`);
  });

  test("that announces too much is refused before it is sent", async () => {
    const { status, body } = await forms.raw(head("POST /", { "Content-Type": FORM, "Content-Length": "99999999999" }));
    expect(status).toBe(413);
    expect(body).toContain("asset_too_large");
  });

  test("that never ends is refused at the limit, though it announces nothing", async () => {
    const endless = new ReadableStream({
      start: (controller) => controller.enqueue(new TextEncoder().encode(file("").slice(0, -2))),
      pull: (controller) => controller.enqueue(new Uint8Array(100_000)),
    });
    const response = await fetch(forms.url, {
      method: "POST",
      body: endless,
      headers: { "Content-Type": FORM },
    });
    expect(await response.json()).toMatchObject({ code: "asset_too_large" });
    expect(await forms.blobs.cleanTemporary()).toBe(0);
  });
});
