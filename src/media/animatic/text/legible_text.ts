import { graphemesOf } from "./break_text.ts";
import { missingPackage } from "./font_catalog.ts";
import type { Typography } from "./typography.ts";

/** Text that the installed fonts can set without missing-glyph boxes. */
export interface LegibleText {
  text: string;
  /** Visible characters without a glyph; they are removed from the text. */
  lost: string[];
}

/** The length limit before measuring, more than any caption can show. */
const LONGEST = 2000;

/**
 * Converts any text to one line that the fonts can set. Characters with a plain equivalent are replaced by it
 * (`𝐒𝐚𝐥𝐞` → `Sale`); control and direction characters, and characters that no font has, are removed.
 */
export function legibleText(text: string, typography: Typography): LegibleText {
  const lost = new Set<string>();
  let out = "";
  for (const character of graphemesOf(text.slice(0, LONGEST * 4).normalize("NFC"))) {
    if (out.length >= LONGEST) break;
    const set = settable(character, typography);
    if (set !== null) out += set;
    else lost.add(character);
  }
  // A number stays on one line with its unit.
  // A removed character must not leave two spaces, or a space before a full stop.
  return {
    text: out
      .replace(/\s+/g, " ")
      .replace(/ ([.,;:!?…])/g, "$1")
      .replace(/(\d) ([%‰°€$£¥₽])/g, "$1\u00a0$2")
      .trim(),
    lost: [...lost],
  };
}

/** Returns the names of the lost characters' scripts, for a warning: `Han, Hiragana`. */
export function scriptNames(lost: readonly string[]): string {
  const names: string[] = SCRIPTS.filter((name) => {
    const script = new RegExp(`\\p{Script=${name}}`, "u");
    return lost.some((character) => script.test(character));
  });
  const isNamed = (character: string): boolean =>
    SCRIPTS.some((name) => new RegExp(`\\p{Script=${name}}`, "u").test(character));
  if (lost.some((character) => EMOJI.test(character))) names.push("emoji");
  if (!lost.every((character) => isNamed(character) || EMOJI.test(character))) names.push("other characters");
  return names.join(", ");
}

/** Returns the warning for characters that were removed from a text. */
export function lostText(what: string, lost: readonly string[]): string {
  const packages = new Set(lost.map(missingPackage).filter((name) => name !== null));
  const remedy = packages.size === 0 ? "" : `. The server can show them with the packages ${[...packages].join(", ")}`;
  return `The ${what} has characters that no font of the video covers (${scriptNames(lost)}); they are left out${remedy}`;
}

const EMOJI = /\p{Emoji_Presentation}|\ufe0f/u;

const SCRIPTS = [
  ...["Han", "Hiragana", "Katakana", "Hangul", "Arabic", "Hebrew", "Devanagari", "Bengali", "Tamil", "Telugu", "Thai"],
  ...["Georgian", "Armenian", "Ethiopic", "Khmer", "Lao", "Sinhala", "Gujarati", "Gurmukhi", "Kannada", "Malayalam"],
] as const;

/** Scripts whose letters change beside an invisible joiner or non-joiner. */
const JOINING =
  /^[\p{Script=Arabic}\p{Script=Devanagari}\p{Script=Bengali}\p{Script=Tamil}\p{Script=Telugu}\p{Script=Kannada}\p{Script=Sinhala}\p{Script=Oriya}]/u;

function settable(character: string, typography: Typography): string | null {
  if (/^\s+$/u.test(character)) return " ";
  // A mark without a letter would be drawn on a dotted circle.
  if (/^[\p{Cc}\p{Cf}\p{Cs}]+$/u.test(character) || /^\p{M}/u.test(character)) return "";
  // © and ™ have an emoji form, too: they count as emoji only with the variation selector, or if that is their default.
  if (/\p{Emoji_Presentation}|\ufe0f|\u20e3/u.test(character) && typography.covers(character)) return character;
  const joiners = JOINING.test(character) ? /(?![\u200c\u200d])[\p{Cf}\p{Cc}]/gu : /[\p{Cf}\p{Cc}]/gu;
  const visible = character.replace(joiners, "").replace(/\p{Variation_Selector}/gu, "");
  if (typography.covers(visible)) return visible;
  const plain = visible.normalize("NFKD").replace(/\p{M}/gu, "");
  if (plain !== "" && typography.covers(plain)) return plain;
  return null;
}
