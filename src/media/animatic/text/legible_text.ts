import type { Typography } from "./typography.ts";

/** Text that can be set without a box in it. */
export interface LegibleText {
  text: string;
  /** Characters of writing (not emoji) that the typeface does not have; they are left out of the text. */
  lost: string[];
}

/** More than any caption can show; longer text is cut before it is measured. */
const LONGEST = 2000;

const graphemes = new Intl.Segmenter("en", { granularity: "grapheme" });

/**
 * Turns any text into text that the typeface can set, on one line. What has a plain equivalent is replaced by it
 * (`Ｓａｌｅ` → `Sale`, `①` → `1`); emoji, control and direction characters, and writing that is not covered go.
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
  // A number keeps its unit on its line.
  // A sign that stood before a removed emoji must not keep two spaces or a space before its full stop.
  return {
    text: out
      .replace(/\s+/g, " ")
      .replace(/ ([.,;:!?…])/g, "$1")
      .replace(/(\d) ([%‰°€$£¥₽])/g, "$1\u00a0$2")
      .trim(),
    lost: [...lost],
  };
}

/** The scripts of the lost characters by name, for a warning: `Han, Hiragana`. */
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

/** The warning for characters that were left out of a text. */
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
  // Text such as © and ™ has an emoji form too: it is only a picture when it is asked for or is one by default.
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
