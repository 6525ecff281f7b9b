import { expect, test } from "bun:test";
import { sentFileName } from "../../src/net/file_name.ts";

const latin1 = (text: string) => Buffer.from(text, "utf8").toString("latin1");

test.each<[string | undefined, string | null]>([
  [undefined, null],
  ["", null],
  ["inline", null],
  ["attachment; filename", null],
  ['attachment; filename=""', null],
  ['attachment; filename="a.png"', "a.png"],
  ["attachment; filename=a.png", "a.png"],
  [String.raw`attachment; filename="a\"b.png"`, 'a"b.png'],
  ["attachment; filename*=UTF-8''%C3%A9t%C3%A9.png", "été.png"],
  ["attachment; filename=\"e.png\"; filename*=UTF-8''%C3%A9.png", "é.png"],
  [latin1('attachment; filename="été.png"'), "été.png"],
  ['attachment; filename="\xe9t\xe9.png"', "été.png"],
  ['attachment; filename="../../etc/passwd"', "passwd"],
  [String.raw`attachment; filename="C:\\dir\\a.png"`, "a.png"],
  ['attachment; filename=".."', null],
  ['attachment; filename="a/"', null],
  ["attachment; filename*=UTF-8''a%00b%0D%0Ac%E2%80%AEgnp.exe", "abcgnp.exe"],
  ["attachment; filename*=UTF-8''%E0%A4%A", null],
])("%p gives %p", (header, name) => {
  expect(sentFileName(header)).toBe(name);
});

test("a name has at most 255 characters, and none is cut in two", () => {
  expect(sentFileName(`attachment; filename="${"a".repeat(10_000)}"`)).toBe("a".repeat(255));
  expect(sentFileName(`attachment; filename*=UTF-8''${"%F0%9F%98%80".repeat(300)}`)).toBe("😀".repeat(255));
});
