import { isWord, normalText, type Token, tokensOf } from "./script.ts";
import { isAbbreviation, spokenSize } from "./syllables.ts";

/**
 * Seconds at speed 1, fitted to lines of flite's voice `slt`. `edges` are the short silences before and after a line,
 * `comma` and `sentence` the pauses within it.
 */
const SECONDS = { edges: 0.42, word: 0.1, syllable: 0.15, comma: 0.22, sentence: 0.35 } as const;

/**
 * Estimates the seconds that a voice takes to speak a text: for English ad lines within 20 % of flite's sound.
 *
 * @param language BCP 47; null counts as English
 * @param speed 1 is the voice's own
 * @returns 0 for a text without words
 */
export function estimateSeconds(text: string, language: string | null, speed = 1): number {
  const tokens = tokensOf(normalText(text));
  if (!tokens.some(isWord)) return 0;
  const isEnglish = language === null || /^en(?:-|$)/iu.test(language);
  const last = tokens.findLastIndex(isWord);
  let seconds: number = SECONDS.edges;
  for (const [index, token] of tokens.entries()) {
    const { words, syllables } = spokenSize(token.text, isEnglish);
    seconds += words * SECONDS.word + syllables * SECONDS.syllable;
    if (index < last) seconds += pauseAfter(token);
  }
  return seconds / speed;
}

function pauseAfter({ text }: Token): number {
  if (isAbbreviation(text)) return 0;
  if (/(?:\p{L}{2}|\p{N}|[^\p{L}\p{N}])[.!?…]["'”’»)]*$|[。！？؟।]["”’」』)]*$/u.test(text)) return SECONDS.sentence;
  return /[,;:–—،؛、，；：]["'”’»)]*$|^[–—-]$/u.test(text) ? SECONDS.comma : 0;
}
