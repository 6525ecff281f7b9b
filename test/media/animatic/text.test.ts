import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { graphemesOf } from "../../../src/media/animatic/text/break_text.ts";
import { pagesOf } from "../../../src/media/animatic/text/caption_pages.ts";
import { fitText } from "../../../src/media/animatic/text/fit_text.ts";
import { legibleText, scriptNames } from "../../../src/media/animatic/text/legible_text.ts";
import { createTypography } from "../../../src/media/animatic/text/typography.ts";

const typography = createTypography();

describe("text for the screen", () => {
  test.each([
    ["1️⃣ First, ❤️ then", "1 First, ❤️ then"],
    ["Ｓａｌｅ 𝐍𝐨𝐰", "Sale Now"],
    ["Ελληνικά, Кириллица, tiếng Việt, Łódź, İstanbul", "Ελληνικά, Кириллица, tiếng Việt, Łódź, İstanbul"],
    ["e\u0301te\u0301", "été"],
    ["a\u202eb\u0000c\u200b\nline\ttwo \u0e34x", "abc line two x"],
    ["Save 20 % — €5 ™ © → now", "Save 20\u00a0% — €5 ™ © → now"],
    ["   ", ""],
  ])("sets %j as %j", (text, set) => {
    expect(legibleText(text, typography)).toEqual({ text: set, lost: [] });
  });

  test("leaves out writing that the typeface lacks, and knows its name", () => {
    const { text, lost } = legibleText("Buy 日本 now, ひら שלום 👋🏽\u{f0000}.", typography);
    expect(text).toBe("Buy now,.");
    expect(scriptNames(lost)).toBe("Han, Hiragana, Hebrew, emoji, other characters");
  });

  test("never has a character without a glyph, whatever comes in", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 60 }), (text) => {
        const set = legibleText(text, typography).text;
        return graphemesOf(set).every((character) => typography.covers(character));
      }),
    );
  });
});

const room = { face: "semibold", width: 500, height: 150, max: 40, min: 20 } as const;

describe("a block of text", () => {
  test("never leaves its room", () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 400 }), fc.integer({ min: 60, max: 900 }), (text, width) => {
        const block = fitText(legibleText(text, typography).text, typography, { ...room, width });
        return block.height <= room.height && block.width <= width && block.size >= 20 && block.size <= 40;
      }),
      { numRuns: 40 },
    );
  });

  test("stays large while it fits, shrinks when it must, and is cut only at the smallest size", () => {
    const short = fitText("Run further", typography, room);
    const medium = fitText("Run further every single day than the day before. ".repeat(3).trim(), typography, room);
    const long = fitText("Run further every single day. ".repeat(40), typography, room);
    expect(short).toMatchObject({ size: 40, lines: ["Run further"], cut: false });
    expect(medium.size).toBeLessThan(40);
    expect(medium.cut).toBe(false);
    expect(long).toMatchObject({ size: 20, cut: true });
    expect(long.lines.at(-1)).toMatch(/(^| )(Run|further|every|single|day)…$/);
  });

  test("keeps all its words in order, and evens its lines out", () => {
    const text = "Every other shoe fights the road and you feel it in your knees";
    const { lines } = fitText(text, typography, room);
    expect(lines.join(" ")).toBe(text);
    const widths = lines.map((line) => typography.width(line, "semibold", 40));
    expect(Math.min(...widths)).toBeGreaterThan(Math.max(...widths) * 0.55);
  });

  test("shrinks rather than breaks a word, such as the address in a call to action", () => {
    const { lines, size } = fitText("Order yours at aurora.example", typography, { ...room, width: 200, lines: 7 });
    expect(lines).toContain("aurora.example");
    expect(size).toBeLessThan(40);
  });

  test("breaks a word only where it is wider than the line at the smallest size, too", () => {
    const { lines } = fitText("See https://example.com/a-very-long-path/that-never-ends/at-all/at-all", typography, {
      ...room,
      width: 320,
    });
    expect(lines.join("").replaceAll(" ", "")).toContain("https://example.com/a-very-long-path");
  });
});

describe("a long word", () => {
  test.each([
    "https://www.example.com/a/very/long/path/that/does/not/break/anywhere?utm_source=reelog",
    "www.example.com/?first=one&second=two&third=three-four_five.six",
  ])("is broken after one of its joints, and inside a part only where that is wider than a line: %s", (address) => {
    for (const width of [150, 222, 380]) {
      const { lines } = fitText(address, typography, { ...room, width, height: 900 });
      expect(lines.join("")).toBe(address);
      expect(lines.length).toBeGreaterThan(1);
      for (const line of lines.slice(0, -1)) expect(line).toMatch(/[/?&.\-_=]$/);
    }
    const { lines } = fitText(`${"x".repeat(300)}/y`, typography, room);
    expect(lines[0]).toMatch(/^x+$/);
  });
});

describe("a caption", () => {
  test("is shown page by page where it does not fit at that size, and loses no word", () => {
    const box = { face: "semibold", width: 400, height: 120, max: 27, min: 20 } as const;
    const words = Array.from({ length: 130 }, (_, index) => `word${index}`).join(" ");
    const text = `${words} https://example.com/${"part/".repeat(30)}end`;
    const pages = pagesOf(text, typography, box, 12);
    expect(pages.length).toBeGreaterThan(2);
    expect(pages.join(" ").replaceAll(" ", "")).toBe(text.replaceAll(" ", ""));
    for (const page of pages) expect(fitText(page, typography, box).cut).toBe(false);
    const few = pagesOf(text, typography, box, 2);
    expect(few).toHaveLength(2);
    expect(few.map((page) => fitText(page, typography, box).cut)).toEqual([false, true]);
  });
});
