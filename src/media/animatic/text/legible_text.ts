import type { Typography } from "./typography.ts";

/** Text that the typeface can set without missing-glyph boxes. */
export interface LegibleText {
  text: string;
  /** Characters of writing (not emoji) without a glyph; they are removed from the text. */
  lost: string[];
}

/** The length limit before measuring, more than any caption can show. */
const LONGEST = 2000;

const graphemes = new Intl.Segmenter("en", { granularity: "grapheme" });

/**
 * Converts any text to one line that the typeface can set. Characters with a plain equivalent are replaced by it
 * (`Ｓａｌｅ` → `Sale`, `①` → `1`); emoji, control and direction characters, and unsupported scripts are removed.
 */
export function legibleText(text: string, typography: Typography): LegibleText {
  const lost = new Set<string>();
  let out = "";
  for (const { segment } of graphemes.segment(text.slice(0, LONGEST * 4).normalize("NFC"))) {
    if (out.length >= LONGEST) break;
    const set = settable(segment, typography);
    if (set !== null) out += set;
    else if (/\p{L}|\p{N}/u.test(segment)) lost.add(segment);
  }
  // A number stays on one line with its unit.
  // A removed emoji must not leave two spaces, or a space before a full stop.
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
  if (!lost.every(isNamed)) names.push("other characters");
  return names.join(", ");
}

/** Returns the warning for characters that were removed from a text. */
export function lostText(what: string, lost: readonly string[]): string {
  return `The ${what} has characters that the video's typeface does not cover (${scriptNames(lost)}); they are left out`;
}

const SCRIPTS = [
  ...["Han", "Hiragana", "Katakana", "Hangul", "Arabic", "Hebrew", "Devanagari", "Bengali", "Tamil", "Telugu", "Thai"],
  ...["Georgian", "Armenian", "Ethiopic", "Khmer", "Lao", "Sinhala", "Gujarati", "Gurmukhi", "Kannada", "Malayalam"],
] as const;

function settable(segment: string, typography: Typography): string | null {
  if (/^\s+$/u.test(segment)) return " ";
  if (/^\p{C}+$/u.test(segment)) return "";
  // © and ™ have an emoji form, too: they count as emoji only with the variation selector, or if that is their default.
  const keycap = /^([0-9#*])\ufe0f?\u20e3$/u.exec(segment)?.[1];
  if (keycap) return keycap;
  if (/\p{Emoji_Presentation}|\ufe0f/u.test(segment)) return "";
  const visible = segment.replace(/\p{Cf}|\p{Cc}|[\ufe00-\ufe0f]/gu, "");
  if (covered(visible, typography)) return visible;
  const plain = visible.normalize("NFKD").replace(/\p{M}/gu, "");
  if (plain !== "" && covered(plain, typography)) return plain;
  return null;
}

function covered(text: string, typography: Typography): boolean {
  return [...text].every((character) => typography.covers(character.codePointAt(0) ?? 0));
}
