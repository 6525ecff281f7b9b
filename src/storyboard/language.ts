import { detectAll } from "tinyld";
import { remembering } from "./text.ts";

/** The UTF-16 units of a text that are read; more would cost time and change nothing. */
const MOST_READ = 600;
/** The texts whose language is remembered, because answers about unapproved jobs need it. */
const MOST_REMEMBERED = 1_000;
/** The fewest words that a guess among all languages in Latin letters needs; fewer count only for unique letters. */
const LEAST_WORDS = 4;
const SURE = 0.5;
/** The lead that another language must have over English, in which names and borrowed words are common everywhere. */
const LEAD = 1.2;
/** Languages that nobody advertises in, but that invented names look like. */
const UNLIKELY: ReadonlySet<string> = new Set(["la", "eo", "vo", "tlh", "tk", "rn"]);

/** Scripts that one language alone uses, or nearly so. */
const SCRIPTS: readonly (readonly [RegExp, string])[] = [
  [/[\p{Script=Hiragana}\p{Script=Katakana}]/gu, "ja"],
  [/\p{Script=Hangul}/gu, "ko"],
  [/\p{Script=Thai}/gu, "th"],
  [/\p{Script=Hebrew}/gu, "he"],
  [/\p{Script=Greek}/gu, "el"],
];

/**
 * Recognises the language of a text.
 *
 * @returns BCP 47, such as `de`; null for a text without letters, and for one that could be in any language
 */
export const recogniseLanguage = remembering((text: string): string | null => {
  const sample = text.slice(0, MOST_READ).toWellFormed();
  const letters = sample.match(/\p{L}/gu)?.length ?? 0;
  if (letters === 0) return null;
  const own = SCRIPTS.find(([script]) => (sample.match(script)?.length ?? 0) > letters * 0.25);
  if (own) return own[1];
  const guesses = detectAll(sample).filter(({ lang }) => !UNLIKELY.has(lang));
  const [best] = guesses;
  if (!best) return null;
  // Cyrillic or Arabic letters alone leave few languages, and Latin ones nearly all.
  const isLatin = (sample.match(/\p{Script=Latin}/gu)?.length ?? 0) > letters / 2;
  if (!isLatin) return best.lang;
  if ((sample.match(/\p{L}+/gu)?.length ?? 0) < LEAST_WORDS) return best.accuracy >= SURE ? best.lang : null;
  const english = guesses.find(({ lang }) => lang === "en")?.accuracy ?? 0;
  return english > 0 && best.accuracy < LEAD * english ? "en" : best.lang;
}, MOST_REMEMBERED);

/** The texts that say in which language a brief is written. */
interface BriefTexts {
  readonly product: string;
  readonly targetAudience: string;
  readonly keyMessage: string;
  readonly callToAction: string;
}

/** Recognises the language of a brief: that of its message and call to action first, because a name may be foreign. */
export function languageOfBrief({ product, targetAudience, keyMessage, callToAction }: BriefTexts): string | null {
  const part = (text: string) => text.slice(0, MOST_READ / 4);
  return recogniseLanguage([part(keyMessage), part(callToAction), part(targetAudience), part(product)].join(" . "));
}
