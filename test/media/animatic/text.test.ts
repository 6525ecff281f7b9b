import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { captionOf } from "../../../src/media/animatic/caption.ts";
import { fitText } from "../../../src/media/animatic/fit_text.ts";
import { frameSize, layoutOf } from "../../../src/media/animatic/layout.ts";
import { readable, scriptNames } from "../../../src/media/animatic/readable.ts";
import { createTypography } from "../../../src/media/animatic/typography.ts";

const typography = createTypography();

describe("text for the screen", () => {
  test.each([
    ["Hello 👋🏽 world! 🎉", "Hello world!"],
    ["👨‍👩‍👧‍👦 A family ❤️ product", "A family product"],
    ["1️⃣ First, 🇩🇪 then", "1 First, then"],
    ["Ｓａｌｅ 𝐍𝐨𝐰", "Sale Now"],
    ["Ελληνικά, Кириллица, tiếng Việt, Łódź, İstanbul", "Ελληνικά, Кириллица, tiếng Việt, Łódź, İstanbul"],
    ["e\u0301te\u0301", "été"],
    ["a\u202eb\u0000c\u200b\nline\ttwo", "abc line two"],
    ["Save 20 % — €5 ™ © → now", "Save 20\u00a0% — €5 ™ © → now"],
    ["   ", ""],
    ["🎉🎉🎉", ""],
  ])("sets %j as %j", (text, set) => {
    expect(readable(text, typography)).toEqual({ text: set, lost: [] });
  });

  test("leaves out writing that the typeface lacks, and knows its name", () => {
    const { text, lost } = readable("Buy 日本 now, ひら שלום", typography);
    expect(text).toBe("Buy now,");
    expect(scriptNames(lost)).toBe("Han, Hiragana, Hebrew");
  });

  test("never has a character without a glyph, whatever comes in", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 60 }), (text) => {
        const set = readable(text, typography).text;
        return [...set].every((character) => typography.covers(character.codePointAt(0) ?? 0));
      }),
    );
  });
});

describe("a block of text", () => {
  const room = { face: "semibold", width: 500, height: 150, max: 40, min: 20 } as const;

  test("never leaves its room", () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 400 }), fc.integer({ min: 60, max: 900 }), (text, width) => {
        const block = fitText(readable(text, typography).text, typography, { ...room, width });
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
    expect(long.lines.at(-1)).toEndWith("…");
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

describe("a caption", () => {
  test.each([
    ["16:9", "480p"],
    ["16:9", "1080p"],
    ["9:16", "720p"],
    ["1:1", "480p"],
  ] as const)("stands inside the safe area in %s at %s, however long it is", (format, resolution) => {
    const layout = layoutOf(frameSize(format, resolution));
    for (const text of ["Short", "A script that goes on and on. ".repeat(60).trim()]) {
      const caption = captionOf(text, "light", { layout, typography });
      if (!caption) throw new Error("no caption");
      const { data, width } = caption.canvas
        .getContext("2d")
        .getImageData(0, 0, caption.canvas.width, caption.canvas.height);
      const inked = [...data.keys()].filter((i) => i % 4 === 3 && (data[i] ?? 0) > 40).map((i) => (i - 3) / 4);
      const columns = inked.map((pixel) => pixel % width);
      const rows = inked.map((pixel) => caption.box.y + Math.floor(pixel / width));
      const of = (values: number[], pick: (a: number, b: number) => number) => values.reduce((a, b) => pick(a, b));
      expect(of(columns, Math.min)).toBeGreaterThanOrEqual(layout.safe.x);
      expect(of(columns, Math.max)).toBeLessThanOrEqual(layout.safe.x + layout.safe.width);
      expect(of(rows, Math.min)).toBeGreaterThanOrEqual(layout.safe.y);
      expect(of(rows, Math.max)).toBeLessThanOrEqual(layout.safe.y + layout.safe.height);
    }
  });
});
