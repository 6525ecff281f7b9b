import { expect, test } from "bun:test";
import { forbiddenWords } from "../../src/storyboard/forbidden_words.ts";
import { forbiddenIn } from "../../src/storyboard/restrictions.ts";
import { clip, countWords, tidy } from "../../src/storyboard/text.ts";
import { brief } from "./briefs.ts";

test("tidy text has no control characters, direction overrides or halves of a character", () => {
  expect(tidy("a\u0000b\r\n\t c\u202Ed\uD800 ")).toBe("a b c d");
});

test("clipped text is cut at a word and never inside an emoji", () => {
  expect(clip("one two three", 9)).toBe("one two…");
  for (let length = 1; length < 30; length++) {
    const text = clip("👩‍👩‍👧‍👦👩‍👩‍👧‍👦👩‍👩‍👧‍👦", length);
    expect(text.length).toBeLessThanOrEqual(length);
    expect(text.isWellFormed()).toBe(true);
  }
});

test("words are counted in scripts without spaces too", () => {
  expect(countWords("Two words, really")).toBe(3);
  expect(countWords("今すぐチェック")).toBeGreaterThan(1);
});

test("forbidden terms are what is quoted, what follows a ban, and a short rule by itself", () => {
  const terms = (...restrictions: string[]) => forbiddenIn(brief({ brand: { restrictions } })).terms;
  expect(terms("Never use the word 'cheap'")).toEqual(["cheap"]);
  expect(terms("Avoid: miracle, cure or magic")).toEqual(["miracle", "cure", "magic"]);
  expect(terms("no alcohol")).toEqual(["alcohol"]);
  expect(terms("discount")).toEqual(["discount"]);
  expect(terms("The logo is always shown on a white background with some air around it")).toEqual([]);
  expect(forbiddenIn(brief({ feedback: ["no, make it shorter", "don't say cheap"] })).terms).toEqual(["cheap"]);
});

test("a text without its forbidden terms still reads as a sentence", () => {
  expect(forbiddenWords(["cheap"]).removeFrom("The cheap, cheerful bottle.")).toBe("The cheerful bottle.");
  expect(forbiddenWords(["cheap and"]).removeFrom("Cheap and good.")).toBe("Good.");
  expect(forbiddenWords(["a(b"]).removeFrom("a(b")).toBe("");
});
