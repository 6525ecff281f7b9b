/** The longest quotation in a sentence, in characters. */
const MAX_QUOTED = 120;

/** Returns a text in quotation marks, on one line and truncated if it is long. */
export function quoted(text: string): string {
  const line = text.toWellFormed().replace(/\s+/g, " ").trim();
  const characters = [...line];
  return `“${characters.length > MAX_QUOTED ? `${characters.slice(0, MAX_QUOTED - 1).join("")}…` : line}”`;
}

/** Returns a count with its noun: `1 scene`, `3 scenes`. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

/** Returns a list in words: `a, b and c`. */
export function listed(parts: readonly string[]): string {
  return AND.format(parts);
}

/** Returns a readable size: `830 bytes`, `4.2 MB`. */
export function sized(bytes: number): string {
  if (bytes < 1_000) return counted(bytes, "byte");
  const thousands = bytes < 999_950 ? 1 : 2;
  return `${AT_MOST_ONE_DIGIT.format(bytes / 1_000 ** thousands)} ${thousands === 1 ? "kB" : "MB"}`;
}

/** Returns a duration: `12.5 s`. */
export function lasting(seconds: number): string {
  return `${AT_MOST_ONE_DIGIT.format(seconds)} s`;
}

/** Returns the host of a URL: `cdn.example`. */
export function hostOf(url: string): string {
  return URL.parse(url)?.host || "an unknown source";
}

const AND = new Intl.ListFormat("en-GB");
const AT_MOST_ONE_DIGIT = new Intl.NumberFormat("en", { maximumFractionDigits: 1 });
