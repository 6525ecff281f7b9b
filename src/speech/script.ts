import { AppError } from "../core/errors.ts";
import { type Line, SPEED } from "./speaker.ts";

/** The longest line in UTF-16 units, the limit of `/audio/speech`: about four minutes. */
export const MAX_LINE_LENGTH = 4_096;

/** The longest word in UTF-16 units. Voices take minutes of processor time for thousands of letters in a row. */
export const MAX_WORD_LENGTH = 60;

/** A part of a text between spaces, or a word of a script without spaces. */
export interface Token {
  readonly text: string;
  /** The index of its first UTF-16 unit in the line. */
  readonly at: number;
}

/** Scripts without spaces between words. */
const UNSPACED =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;
const WORDS = new Intl.Segmenter(undefined, { granularity: "word" });

/** Creates the error for a text that a voice cannot speak. */
export function unspeakable(why: string): AppError {
  return new AppError("validation_failed", `Cannot speak the line: ${why}`);
}

/**
 * Returns the line with its spaces normalised and without control characters.
 *
 * @throws {AppError} `validation_failed` for one without words, or with a text or word that is too long
 */
export function checkedLine(line: Line): Line {
  if (!(line.speed >= SPEED.min && line.speed <= SPEED.max)) {
    throw unspeakable(`its speed must be ${SPEED.min} to ${SPEED.max}, not ${line.speed}`);
  }
  if (line.text.length > MAX_LINE_LENGTH) {
    throw unspeakable(`it has ${line.text.length} characters, and at most ${MAX_LINE_LENGTH} are allowed; shorten it`);
  }
  const text = normalText(line.text);
  const tokens = tokensOf(text);
  const long = tokens.find(({ text: token }) => token.length > MAX_WORD_LENGTH);
  if (long) {
    throw unspeakable(
      `its word '${long.text.slice(0, 20)}…' has ${long.text.length} characters, and at most ${MAX_WORD_LENGTH} are allowed; write it in parts`,
    );
  }
  if (!tokens.some(isWord)) throw unspeakable("it has no words; write what should be spoken");
  return { ...line, text };
}

/**
 * Normalises a text: one space for each run of white space and control characters; no lone surrogates, and no invisible
 * characters but the joiners that scripts need.
 */
export function normalText(text: string): string {
  return text
    .toWellFormed()
    .normalize("NFC")
    .replace(/(?![\u200c\u200d])[\p{Cf}\uFFFD]/gu, "")
    .replace(/[\p{Cc}\s]+/gu, " ")
    .trim();
}

/** Splits a normalised text at spaces, and scripts without spaces at words, with punctuation at the word before it. */
export function tokensOf(text: string): Token[] {
  return [...text.matchAll(/\S+/gu)].flatMap(({ 0: part, index }) =>
    UNSPACED.test(part) ? segmentsOf(part, index) : [{ text: part, at: index }],
  );
}

function segmentsOf(part: string, at: number): Token[] {
  const tokens: Token[] = [];
  for (const { segment, index, isWordLike } of WORDS.segment(part)) {
    const last = tokens.at(-1);
    if (isWordLike || !last) tokens.push({ text: segment, at: at + index });
    else tokens[tokens.length - 1] = { ...last, text: last.text + segment };
  }
  return tokens;
}

/** Returns true for a token with a letter or a digit. */
export function isWord({ text }: Token): boolean {
  return /[\p{L}\p{N}]/u.test(text);
}
