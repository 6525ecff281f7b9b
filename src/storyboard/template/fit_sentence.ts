import { countWords } from "../text.ts";
import { ended } from "./read_message.ts";

/** The fewest words worth keeping of a cut sentence; below that the product's name alone is better. */
export const LEAST_CUT = 8;

/** Fits a sentence into `budget` words by dropping clauses; unless `whole`, cuts it as the last resort. */
export function fitSentence(sentence: string, budget: number, { whole = false } = {}): string | undefined {
  if (countWords(sentence) <= budget) return sentence;
  const clauses = sentence.split(/(?<=[,;:，、；])\s*|\s+(?=[–—]\s)/u);
  let part = "";
  for (const clause of clauses) {
    const longer = part === "" ? clause : `${part} ${clause}`;
    if (countWords(longer) > budget) break;
    part = longer;
  }
  if (countWords(part) >= 2) return ended(part);
  if (whole || budget < LEAST_CUT) return undefined;
  let cut = "";
  let words = 0;
  for (const { segment, isWordLike } of new Intl.Segmenter(undefined, { granularity: "word" }).segment(sentence)) {
    if (isWordLike && ++words > budget) break;
    cut += segment;
  }
  return `${cut.trim().replace(/[\s,;:–—-]+$/u, "")}…`;
}

/** Joins sentences to one text, without spaces in Chinese and Japanese. */
export function joinSentences(sentences: readonly string[]): string {
  return sentences.reduce((text, line) => text + (text === "" || /[。！？]$/u.test(text) ? "" : " ") + line, "");
}
