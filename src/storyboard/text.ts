const GRAPHEMES = new Intl.Segmenter();
const WORDS = new Intl.Segmenter(undefined, { granularity: "word" });
/** Enough for the texts of one brief. */
const MOST_REMEMBERED = 32;

/** Text as it is shown: control characters and line breaks become spaces, lone surrogates go, runs of space are one. */
export function tidy(text: string): string {
  return text
    .toWellFormed()
    .replaceAll("\uFFFD", "")
    .replace(/[\p{Cc}\u2028\u2029\u202A-\u202E\u2066-\u2069\s]+/gu, " ")
    .trim();
}

/** At most `length` UTF-16 units, cut at a word where there is one and never inside an emoji; "…" marks the cut. */
export function clip(text: string, length: number): string {
  if (text.length <= length) return text;
  let end = 0;
  for (const { segment, index } of GRAPHEMES.segment(text.slice(0, length + 64))) {
    if (index + segment.length > length - 1) break;
    end = index + segment.length;
  }
  const cut = text.slice(0, end);
  const space = cut.lastIndexOf(" ");
  return `${(space > length / 2 ? cut.slice(0, space) : cut).replace(/[\s,;:–—-]+$/u, "")}…`;
}

/** The number of spoken words, in any script: Japanese and Thai have no spaces, so the platform's segmenter counts. */
export const countWords = remembering((text) => {
  let count = 0;
  for (const { isWordLike } of WORDS.segment(text)) {
    if (isWordLike) count++;
  }
  return count;
});

/** Letters and digits only, lower case: for asking whether one text says what another says. */
export const essence = remembering((text) =>
  text
    .normalize("NFKC")
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, " ")
    .trim(),
);

/** Keeps the last results: a planner weighs the same long texts for every scene and every variant. */
function remembering<Result>(read: (text: string) => Result): (text: string) => Result {
  const recent = new Map<string, Result>();
  return (text) => {
    const result = recent.get(text) ?? read(text);
    recent.delete(text);
    recent.set(text, result);
    const oldest = recent.keys().next().value;
    if (recent.size > MOST_REMEMBERED && oldest !== undefined) recent.delete(oldest);
    return result;
  };
}
