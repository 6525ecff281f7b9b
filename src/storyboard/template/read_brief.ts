import { type Brief, wordings } from "../brief.ts";
import type { ForbiddenWords } from "../forbidden_words.ts";
import { forbiddenIn } from "../restrictions.ts";
import { countWords, tidy } from "../text.ts";
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

/** A parsed brief. */
export interface Reading {
  readonly brief: Brief;
  readonly language: Language;
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
  const language = languageOf([product, targetAudience, keyMessage, callToAction].join(" . "));
  const direction = directionOf([...(brief.feedback ?? []), ...feedback]);
  const name = readProduct(
    permitted(product) || permitted(keyMessage),
    typeof language === "string" ? language : language.code,
  );
  const theme = themeOf(brief);
  return {
    brief,
    language,
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

const ENGLISH =
  /\b(?:the|and|for|with|your|you|is|are|our|of|to|in|that|who|now|get|shop|buy|try|more|free|learn|start|order|visit|people|young|busy|today|it|all|a|on)\b/giu;
const OTHER_LATIN = /\b(?:och|för|som|att|det|på|ikke|til|og|się|nie|dla|jest|ve|için|bir|ile)\b/giu;

/** Detects the language of a text by its letters and common words; English by default. */
export function languageOf(text: string): Language {
  const sample = text.slice(0, 4000);
  const letters = sample.match(/\p{L}/gu)?.length ?? 0;
  const latin = sample.match(/\p{Script=Latin}/gu)?.length ?? 0;
  if (letters > 0 && latin < letters * 0.6) return "other";
  const count = (words: RegExp) => sample.match(words)?.length ?? 0;
  const scores: readonly { language: Language; score: number }[] = [
    { language: "english", score: count(ENGLISH) * 1.1 },
    ...LANGUAGES.map((language) => ({ language, score: count(language.words) })),
    { language: "other", score: count(OTHER_LATIN) * 0.9 },
  ];
  // One common word is not enough: "Y" may be a letter rather than Spanish.
  const best = scores.reduce((a, b) => (b.score > Math.max(a.score, 1.5) ? b : a));
  const accents = (sample.match(/[^\p{ASCII}\p{P}\p{S}\s]/gu)?.length ?? 0) / Math.max(1, letters);
  // Accents without any English word mean another language.
  return best.score === 0 && accents > 0.04 && countWords(sample) > 3 ? "other" : best.language;
}
