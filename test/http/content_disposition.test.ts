import { describe, expect, test } from "bun:test";
import { parse } from "content-disposition";
import fc from "fast-check";
import { contentDisposition, safeFilename } from "../../src/http/bytes/content_disposition.ts";

describe("a file name to save under", () => {
  test.each([
    ["photo.jpg", "jpg", "photo.jpg"],
    ["photo.JPEG", "jpg", "photo.JPEG"],
    ["photo", "jpg", "photo.jpg"],
    ["Summer v1.2", "png", "Summer v1.2.png"],
    ["clip.mov", "mp4", "clip.mp4"],
    ["photo.exe", "jpg", "photo.exe.jpg"],
    ["photo.jpg.exe", "jpg", "photo.jpg.exe.jpg"],
    ["../../etc/passwd", "txt", "_.._etc_passwd.txt"],
    ["C:\\Users\\me\\a.pdf", "pdf", "C:_Users_me_a.pdf"],
    [".htaccess", "txt", "htaccess.txt"],
    ["...", "txt", "file.txt"],
    ["", "webp", "file.webp"],
    [" \t ", "webp", "file.webp"],
    [".jpg", "jpg", "jpg.jpg"],
    ["a\r\nSet-Cookie: b=c.png", "png", "aSet-Cookie: b=c.png"],
    ["nul\0byte.png", "png", "nulbyte.png"],
    ["\u202Egpj.exe", "png", "gpj.exe.png"],
    ["a\u2066b\u2069\u200E\uFEFFc.gif", "gif", "abc.gif"],
    ["line\u2028break.gif", "gif", "linebreak.gif"],
    ["日本の夏.jpg", "jpg", "日本の夏.jpg"],
    ["half \ud83d of a pair", "txt", "half \ufffd of a pair.txt"],
    ["e\u0301te\u0301.txt", "txt", "été.txt"],
    ["two  spaces.txt", "txt", "two spaces.txt"],
  ])("%p of a %s is offered as %p", (name, extension, expected) => {
    expect(safeFilename(name, extension)).toBe(expected);
  });

  test("is cut at a whole character when it is 10 kB long", () => {
    for (const letter of ["a", "ä", "語", "😀", "👨‍👩‍👧‍👦"]) {
      const name = safeFilename(`${letter.repeat(10_000)}.png`, "png");
      expect(Buffer.byteLength(name)).toBeLessThanOrEqual(255);
      expect(Buffer.byteLength(name)).toBeGreaterThan(100);
      expect(name.slice(0, -4).replaceAll(letter, "")).toBe("");
    }
  });
});

describe("Content-Disposition", () => {
  test.each([
    ["a.png", true, "inline; filename=a.png"],
    ["a.png", false, "attachment; filename=a.png"],
    ["my photo.png", false, 'attachment; filename="my photo.png"'],
    ['say "hi".png', false, 'attachment; filename="say \\"hi\\".png"'],
    ["€.png", false, `attachment; filename="?.png"; filename*=UTF-8''%E2%82%AC.png`],
    ["100%41.png", false, `attachment; filename=100%41.png; filename*=UTF-8''100%2541.png`],
  ])("of %p, inline %p", (name, inline, expected) => {
    expect(contentDisposition(name, { inline, extension: "png" })).toBe(expected);
  });

  test("is one line of ASCII that gives the safe name back, whatever the name", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 400 }), (name) => {
        const header = contentDisposition(name, { inline: false, extension: "png" });
        expect(header).toMatch(/^[\x20-\x7e]*$/);
        expect(() => new Headers({ "Content-Disposition": header })).not.toThrow();
        expect(parse(header).parameters.filename).toBe(safeFilename(name, "png"));
      }),
    );
  });
});
