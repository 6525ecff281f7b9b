import { type Brief, wordings } from "../brief.ts";
import type { ForbiddenWords } from "../forbidden_words.ts";
import { languageOfBrief } from "../language.ts";
import { forbiddenIn } from "../restrictions.ts";
import { tidy } from "../text.ts";
import { type Direction, directionOf } from "./direction.ts";
import {
  ANY_THEME,
  LANGUAGES,
  type LanguageVoice,
  PLAIN_TONE,
  THEMES,
  type Theme,
  TONES,
  type Tone,
} from "./phrases/mod.ts";
import { type Audience, readAudience } from "./read_audience.ts";
import { readAction, readMessage } from "./read_message.ts";
import { type ProductName, readProduct } from "./read_product.ts";
import { spokenWordsIn } from "./spoken_words.ts";

/** A parsed brief. */
export interface Reading {
  readonly brief: Brief;
  readonly language: Language;
  /** BCP 47 of the scripts. */
  readonly tag: string;
  /** Measures a text in words of a calm voice. */
  readonly spokenWords: (text: string) => number;
  readonly product: ProductName;
  readonly audience: Audience;
  /** The key message, sentence by sentence. */
  readonly message: readonly string[];
  readonly action: string;
  readonly theme: Theme;
  readonly tone: Tone;
  readonly direction: Direction;
  /** Words that must not appear. */
  readonly forbidden: ForbiddenWords;
}

/** The way of writing: `english` from the themes, a pack around the brief's words, or `other` from the brief alone. */
export type Language = "english" | "other" | LanguageVoice;

/** Parses a brief with additional feedback. */
export function readBrief(brief: Brief, feedback: readonly string[] = []): Reading {
  const { product, targetAudience, keyMessage, callToAction } = brief.adBasics;
  const forbidden = forbiddenIn(brief, feedback);
  const permitted = (text: string) => forbidden.removeFrom(tidy(text));
  const { tag, language } = languageOf(brief);
  const direction = directionOf([...(brief.feedback ?? []), ...feedback]);
  const name = readProduct(
    permitted(product) || permitted(keyMessage),
    typeof language === "string" ? language : language.code,
  );
  const theme = themeOf(brief);
  return {
    brief,
    language,
    tag,
    spokenWords: spokenWordsIn(tag),
    product: name,
    audience: language === "english" ? readAudience(permitted(targetAudience), theme) : {},
    message: readMessage(permitted(keyMessage), name),
    action: readAction(permitted(callToAction)),
    theme,
    tone: direction.tone ?? toneOf(brief),
    direction,
    forbidden,
  };
}

function themeOf({ adBasics, assets }: Brief): Theme {
  const texts: readonly (readonly [string, number])[] = [
    [adBasics.product, 4],
    [adBasics.keyMessage, 2],
    [adBasics.callToAction, 2],
    [adBasics.targetAudience, 1],
    [assets.map(({ name, tags }) => `${name} ${tags?.join(" ") ?? ""}`).join(" "), 0.5],
  ];
  const score = (words: RegExp) =>
    texts.reduce((sum, [text, weight]) => {
      const found = text.slice(0, 2000).toLowerCase().match(new RegExp(words.source, "gu"));
      return sum + weight * Math.min(3, new Set(found).size);
    }, 0);
  const scored = THEMES.map((theme) => ({ theme, score: score(theme.words) }));
  const best = scored.reduce((a, b) => (b.score > a.score ? b : a));
  return best.score >= 2 ? best.theme : ANY_THEME;
}

function toneOf({ direction, brand }: Brief): Tone {
  // The ad's tone comes before the brand's.
  for (const text of [direction.tone ?? "", wordings(brand?.tone).join(" "), direction.style]) {
    const plain = text.slice(0, 500).toLowerCase();
    const found = TONES.map((tone) => ({ tone, at: plain.search(tone.words) })).filter(({ at }) => at >= 0);
    if (found.length > 0) return found.reduce((a, b) => (b.at < a.at ? b : a)).tone;
  }
  return PLAIN_TONE;
}

/**
 * Returns the way of writing in the language of a brief's own words, because the template does not translate; a language
 * that the request names counts where the words do not say. English by default.
 */
export function languageOf({ adBasics, language }: Pick<Brief, "adBasics" | "language">): {
  readonly tag: string;
  readonly language: Language;
} {
  const tag = languageOfBrief(adBasics) ?? language ?? "en";
  const [code] = tag.split("-");
  if (code === "en") return { tag, language: "english" };
  return { tag, language: LANGUAGES.find((pack) => pack.code === code) ?? "other" };
}
