import { countWords } from "../text.ts";
import { ended } from "./read_message.ts";

/** The fewest words worth keeping of a cut sentence; below that the product's name alone is better. */
export const LEAST_CUT = 8;

/** The UTF-16 units of a sentence that are considered for a cut, more than the longest video speaks. */
const MOST_CUT = 4_000;

/** Fits a sentence into `budget` words by dropping clauses; unless `whole`, cuts it as the last resort. */
export function fitSentence(
  sentence: string,
  budget: number,
  { measure, whole = false }: { measure: (text: string) => number; whole?: boolean },
): string | undefined {
  if (measure(sentence) <= budget) return sentence;
  const clauses = sentence.split(/(?<=[,;:，、；])\s*|\s+(?=[–—]\s)/u);
  let part = "";
  for (const clause of clauses) {
    const longer = part === "" ? clause : `${part} ${clause}`;
    if (measure(longer) > budget) break;
    part = longer;
  }
  if (countWords(part) >= 2) return ended(part);
  if (whole || budget < LEAST_CUT) return undefined;
  const segments = [...new Intl.Segmenter(undefined, { granularity: "word" }).segment(sentence.slice(0, MOST_CUT))];
  const ends = segments.filter(({ isWordLike }) => isWordLike).map(({ index, segment }) => index + segment.length);
  const cut = (words: number) => sentence.slice(0, ends[words - 1] ?? 0);
  let [most, beyond] = [0, Math.min(ends.length, Math.floor(budget)) + 1];
  while (beyond - most > 1) {
    const middle = (most + beyond) >> 1;
    if (measure(cut(middle)) <= budget) most = middle;
    else beyond = middle;
  }
  return most < 2
    ? undefined
    : `${cut(most)
        .trim()
        .replace(/[\s,;:–—-]+$/u, "")}…`;
}

/** Joins sentences to one text, without spaces in Chinese and Japanese. */
export function joinSentences(sentences: readonly string[]): string {
  return sentences.reduce((text, line) => text + (text === "" || /[。！？]$/u.test(text) ? "" : " ") + line, "");
}
