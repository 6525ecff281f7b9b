const GRAPHEMES = new Intl.Segmenter();
const WORDS = new Intl.Segmenter(undefined, { granularity: "word" });
/** The usual size of a cache: enough for the texts of one brief. */
const MOST_REMEMBERED = 32;

/** Normalises text for display: control characters and runs of white space become one space, lone surrogates go. */
export function tidy(text: string): string {
  return text
    .toWellFormed()
    .replaceAll("\uFFFD", "")
    .replace(/[\p{Cc}\u2028\u2029\u202A-\u202E\u2066-\u2069\s]+/gu, " ")
    .trim();
}

/** Cuts text to `length` UTF-16 units, at a word if possible and never inside an emoji; "…" marks the cut. */
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

/** Counts spoken words in any script, with the platform's segmenter because Japanese and Thai have no spaces. */
export const countWords = remembering((text) => {
  let count = 0;
  for (const { isWordLike } of WORDS.segment(text)) {
    if (isWordLike) count++;
  }
  return count;
});

/** Reduces text to lower-case letters and digits, to compare the content of two texts. */
export const essence = remembering((text) =>
  text
    .normalize("NFKC")
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, " ")
    .trim(),
);

/** Caches the latest results, because a planner reads the same long texts for every scene and variant. */
export function remembering<Result>(read: (text: string) => Result, most = MOST_REMEMBERED): (text: string) => Result {
  const recent = new Map<string, Result>();
  return (text) => {
    const result = recent.get(text) ?? read(text);
    recent.delete(text);
    recent.set(text, result);
    const oldest = recent.keys().next().value;
    if (recent.size > most && oldest !== undefined) recent.delete(oldest);
    return result;
  };
}
