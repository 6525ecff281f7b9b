/** Letters that a decomposition does not turn into ASCII, and signs by their names. */
const REPLACED: readonly (readonly [RegExp, string])[] = [
  [/[‘’‚‛′]/gu, "'"],
  [/[“”„‟«»″]/gu, '"'],
  [/[‐‑‒–]/gu, "-"],
  [/—/gu, ", "],
  [/…/gu, "..."],
  [/ß/gu, "ss"],
  [/[æÆ]/gu, "ae"],
  [/[œŒ]/gu, "oe"],
  [/[øØ]/gu, "o"],
  [/[łŁ]/gu, "l"],
  [/[đðĐÐ]/gu, "d"],
  [/[þÞ]/gu, "th"],
  [/×/gu, " times "],
  [/°/gu, " degrees "],
  [/€\s*(\d[\d.,]*\d|\d)/gu, "$1 euros"],
  [/£\s*(\d[\d.,]*\d|\d)/gu, "$1 pounds"],
  [/¥\s*(\d[\d.,]*\d|\d)/gu, "$1 yen"],
  [/€/gu, " euros "],
  [/£/gu, " pounds "],
  [/¥/gu, " yen "],
];

/**
 * Spells a token in the ASCII that flite pronounces; it skips everything else. The result has no blank line, which ends
 * an utterance, and may be empty.
 */
export function pronounceable(token: string): string {
  const spelled = REPLACED.reduce((text, [pattern, by]) => text.replace(pattern, by), token);
  return spelled
    .normalize("NFKD")
    .replace(/[^\x20-\x7e]/gu, "")
    .replace(/ +/gu, " ")
    .trim();
}

/** Returns true for a text mostly in Latin letters, which an English voice can at least spell. */
export function isLatin(text: string): boolean {
  const letters = text.match(/\p{L}/gu)?.length ?? 0;
  const latin = text.match(/\p{Script=Latin}/gu)?.length ?? 0;
  return latin >= letters * 0.6;
}
