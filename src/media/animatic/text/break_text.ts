const graphemes = new Intl.Segmenter("en", { granularity: "grapheme" });

/** The scripts that are written without spaces between words. */
const SPACELESS =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;

/** Signs that must not begin a line: closing punctuation, and the small and repeating letters of Japanese. */
const CLOSING =
  /^(?![\p{Ps}\p{Pi}\p{Sc}#@])[\p{P}\p{S}\p{M}ーぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮヵヶ々ゝゞヽヾๆฯ]/u;
/** Signs that must not end a line: opening brackets and quotation marks, and signs before a number. */
const OPENING = /[\p{Ps}\p{Pi}\p{Sc}#@]$/u;
/** Endings and particles of Japanese, which belong to the word before. */
const HIRAGANA = /^[\p{Script=Hiragana}ー]+$/u;
/** The maximum of letters of a Japanese word with its endings: a longer one is divided. */
const LONGEST_PHRASE = 10;

/**
 * Divides a text at the places where a line may end: after spaces, and between the words of scripts without spaces.
 * Closing punctuation stays with the word before, opening punctuation and signs with the word after.
 *
 * @returns parts which together are the text; the spaces at the end of a part are not drawn at the end of a line
 */
export function breakText(text: string, language: string | null): string[] {
  const parts = text.match(/[^ ]+ */g) ?? [];
  return parts.flatMap((part) => (SPACELESS.test(part) ? words(part, language) : [part]));
}

/** Divides a text into the characters that people see. */
export function graphemesOf(text: string): string[] {
  return Array.from(graphemes.segment(text), ({ segment }) => segment);
}

function words(part: string, language: string | null): string[] {
  const found: string[] = [];
  for (const { segment } of segmenterOf(language, part).segment(part)) {
    const last = found.at(-1);
    if (last !== undefined && belongsTo(last, segment)) found[found.length - 1] = last + segment;
    else found.push(segment);
  }
  return found;
}

function belongsTo(last: string, next: string): boolean {
  if (next.trim() === "" || CLOSING.test(next) || OPENING.test(last)) return true;
  // Latin words and addresses inside of such a text, and a number with its counter.
  if (/[!-~]$/.test(last) && /^[!-~]/.test(next)) return true;
  if (/\p{N}$/u.test(last) && /^[\p{Script=Han}\p{Script=Katakana}]{1,2}$/u.test(next)) return true;
  return HIRAGANA.test(next) && /[\p{L}\p{N}\p{Pe}\p{Pf}]$/u.test(last) && last.length + next.length <= LONGEST_PHRASE;
}

const segmenters = new Map<string, Intl.Segmenter>();

function segmenterOf(language: string | null, part: string): Intl.Segmenter {
  const tag = language ?? (/[\p{Script=Hiragana}\p{Script=Katakana}]/u.test(part) ? "ja" : "und");
  const known = segmenters.get(tag);
  if (known) return known;
  let made: Intl.Segmenter;
  try {
    made = new Intl.Segmenter(tag, { granularity: "word" });
  } catch {
    made = new Intl.Segmenter("und", { granularity: "word" });
  }
  if (segmenters.size < 50) segmenters.set(tag, made);
  return made;
}
