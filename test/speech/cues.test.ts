/** Caption files: cues, SubRip and WebVTT. */
import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { cuesOf, toSrt, toVtt } from "../../src/speech/mod.ts";

/** Times of words that follow each other. */
function wordsFrom(start: number, count: number, each = 0.4) {
  return Array.from({ length: count }, (_, index) => {
    return { start: start + index * each, end: start + (index + 1) * each - 0.05 };
  });
}

describe("cues", () => {
  test("a short line: is one cue that starts with its first word", () => {
    const text = "Light for three nights.";
    expect(cuesOf([{ text, start: 1, end: 5, words: wordsFrom(1.2, 4) }])).toEqual([
      { start: 1.2, end: 3.05, lines: [text] },
    ]);
  });

  test("a long text: has cues of at most two lines of 42 columns, each starting with its word", () => {
    const text =
      "One day of sun gives three nights of light, and the lantern folds so flat that it fits into a pocket.";
    const words = wordsFrom(2, 21);
    const cues = cuesOf([{ text, start: 2, end: 12, words }]);
    expect(cues.flatMap(({ lines }) => lines).join(" ")).toBe(text);
    for (const { start, lines } of cues) {
      expect(lines.length).toBeLessThanOrEqual(2);
      for (const each of lines) expect(each.length).toBeLessThanOrEqual(42);
      expect(words.map((word) => Math.round(word.start * 1000) / 1000)).toContain(start);
    }
  });

  test("two sentences: a cue ends with the first", () => {
    const text = "Meet the lantern for every camp. It shines for three whole nights.";
    const cues = cuesOf([{ text, start: 0, end: 6, words: wordsFrom(0, 12) }]);
    expect(cues.map(({ lines }) => lines.join(" "))).toEqual([
      "Meet the lantern for every camp.",
      "It shines for three whole nights.",
    ]);
  });

  test("a line that is cut: leaves out the words that are not heard", () => {
    const cues = cuesOf([{ text: "One, two, three, four.", start: 0, end: 1, words: wordsFrom(0, 2) }]);
    expect(cues.map(({ lines }) => lines)).toEqual([["One, two,"]]);
  });

  test("no voice: the text is shown over its time", () => {
    const cues = cuesOf([{ text: "Order yours today", start: 3, end: 6, words: null }]);
    expect(cues).toEqual([{ start: 3, end: 6, lines: ["Order yours today"] }]);
  });

  test("Japanese: a line has at most 21 characters, and does not begin with a full stop", () => {
    const text = "一日の太陽の光で、三晩のあいだ明るく照らします。小さくたためて、どこへでも持って行けます。";
    const lines = cuesOf([{ text, start: 0, end: 8, words: null }]).flatMap((cue) => cue.lines);
    expect(lines.join("")).toBe(text);
    for (const line of lines) {
      expect([...line].length).toBeLessThanOrEqual(21);
      expect(line).not.toMatch(/^[、。]/u);
    }
  });

  test("an address longer than a line: is divided", () => {
    const text = `See ${"aurora".repeat(9)}.example now`;
    const lines = cuesOf([{ text, start: 0, end: 4, words: wordsFrom(0, 3) }]).flatMap((cue) => cue.lines);
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(42);
    expect(lines.join("").replaceAll(" ", "")).toBe(text.replaceAll(" ", ""));
  });

  test("any text: cues are in order, do not overlap, and last", () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: "grapheme", maxLength: 120 }), { maxLength: 6 }), (texts) => {
        const cues = cuesOf(texts.map((text, index) => ({ text, start: index * 2, end: index * 2 + 2, words: null })));
        let free = 0;
        for (const { start, end, lines } of cues) {
          expect(start).toBeGreaterThanOrEqual(free);
          expect(end).toBeGreaterThan(start);
          expect(lines.length).toBeGreaterThan(0);
          expect(lines.every((line) => line.trim() !== "" && !line.includes("\n"))).toBe(true);
          free = end;
        }
      }),
    );
  });
});

test.each([
  ["single letters", "x ".repeat(2_500)],
  ["one word", "x".repeat(5_000)],
  ["one word of marks", `a${"\u0301".repeat(4_999)}`],
  ["letters with marks", "a\u0301\u0302 ".repeat(1_250)],
  ["Chinese", "漢".repeat(5_000)],
  ["short sentences", "a. ".repeat(1_666)],
  ["hyphens", `${"-".repeat(4_999)}a`],
])("cues: the longest script of a scene takes less than 250 ms of CPU: %s", (_, text) => {
  const before = process.cpuUsage();
  cuesOf([{ text, start: 0, end: 9, words: null }]);
  const { user, system } = process.cpuUsage(before);
  expect((user + system) / 1000).toBeLessThan(250);
});

describe("caption files", () => {
  const cues = [
    { start: 0, end: 1.5, lines: ["a --> <b>bold</b>", "{\\an8}fish & chips"] },
    { start: 3723.004, end: 3725, lines: ["5 < 7"] },
  ];

  test("SubRip: numbers the cues, and takes apart arrows and tags", () => {
    expect(toSrt(cues)).toBe(
      "1\n00:00:00,000 --> 00:00:01,500\na --\u2060> <\u2060b>bold<\u2060/b>\n{\u2060\\an8}fish & chips\n\n2\n01:02:03,004 --> 01:02:05,000\n5 < 7\n",
    );
  });

  test("WebVTT: begins with its name, and escapes", () => {
    expect(toVtt(cues)).toBe(
      "WEBVTT\n\n00:00:00.000 --> 00:00:01.500\na --&gt; &lt;b&gt;bold&lt;/b&gt;\n{\\an8}fish &amp; chips\n\n01:02:03.004 --> 01:02:05.000\n5 &lt; 7\n",
    );
  });

  test("no cues: are empty files that players open", () => {
    expect([toSrt([]), toVtt([])]).toEqual(["", "WEBVTT\n"]);
  });
});
