import { isWord, normalText, type Token, tokensOf } from "./script.ts";

/** A text with the time in which it is spoken or, without a voice, shown. Times are seconds of the film. */
export interface CaptionText {
  readonly text: string;
  readonly start: number;
  readonly end: number;
  /**
   * The times of the words that are heard, which are the first words of the text; null without a voice. The text after
   * the last of them is left out.
   */
  readonly words: readonly { readonly start: number; readonly end: number }[] | null;
}

/** A caption of one or two lines; times are seconds of the film. */
export interface Cue {
  readonly start: number;
  readonly end: number;
  readonly lines: readonly string[];
}

/** The columns of a line: 42 letters, or 21 of a wide script (Netflix's timed text guide: 42, and 16 to 23). */
const COLUMNS = 42;
/** The longest cue in seconds. */
const LONGEST = 6;
/** The seconds that a cue stays after its last word, where nothing follows. */
const STAYS = 0.3;
/** The shortest cue in seconds, where the next one leaves the time. */
const SHORTEST = 1;
/** A pause between words, in seconds, at which a cue ends. */
const PAUSE = 0.7;

const WIDE =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\u3000-\u303f\uff01-\uff60\p{Extended_Pictographic}]/u;
const GRAPHEMES = new Intl.Segmenter(undefined, { granularity: "grapheme" });

/** A token with its time and the space before it. */
interface TimedToken extends Token {
  readonly gap: string;
  readonly start: number;
  readonly end: number;
}

/**
 * Divides texts into cues of at most two lines. A cue starts with its first word and does not overlap the next one. It
 * ends at the end of a sentence where one is near, at a pause, or where its lines are full.
 *
 * @param texts in the order of the film, one after the other
 */
export function cuesOf(texts: readonly CaptionText[]): Cue[] {
  const cues = texts.flatMap(cuesOfText);
  return cues.map((cue, index) => {
    const limit = cues[index + 1]?.start ?? Number.POSITIVE_INFINITY;
    const end = Math.min(limit, Math.max(cue.end, Math.min(cue.end + STAYS, cue.latest), cue.start + SHORTEST));
    return { start: rounded(cue.start), end: rounded(Math.max(end, cue.start + 0.001)), lines: cue.lines };
  });
}

/** Writes cues as SubRip. */
export function toSrt(cues: readonly Cue[]): string {
  return cues
    .map(({ start, end, lines }, index) => {
      return `${index + 1}\n${stamp(start, ",")} --> ${stamp(end, ",")}\n${lines.map(plain).join("\n")}\n`;
    })
    .join("\n");
}

/** Writes cues as WebVTT. */
export function toVtt(cues: readonly Cue[]): string {
  const blocks = cues.map(({ start, end, lines }) => {
    return `${stamp(start, ".")} --> ${stamp(end, ".")}\n${lines.map(escaped).join("\n")}\n`;
  });
  return ["WEBVTT\n", ...blocks].join("\n");
}

function cuesOfText(caption: CaptionText): (Cue & { latest: number })[] {
  const cues: (Cue & { latest: number })[] = [];
  let open: TimedToken[] = [];
  const close = () => {
    const [first, last] = [open[0], open.at(-1)];
    if (first && last) {
      const times = { start: first.start, end: last.end, latest: Math.max(caption.end, last.end) };
      cues.push({ ...times, lines: linesOf(open) ?? [textOf(open)] });
    }
    open = [];
  };
  const tokens = timed(caption);
  for (const [index, token] of tokens.entries()) {
    const last = open.at(-1);
    const first = open[0];
    const isFull = linesOf([...open, token]) === null || (first && token.end - first.start > LONGEST);
    if (last && (isFull || (isWord(token) && token.start - last.end > PAUSE))) close();
    open.push(token);
    // A sentence that fits ends its cue, unless only a word or two would be left for the next one.
    const rest = tokens.length - index - 1;
    if (/[.!?…。！？؟।]["'”’»」』)]*$/u.test(token.text) && rest > 2 && textOf(open).length > COLUMNS / 2) close();
  }
  close();
  return cues;
}

/** Returns the tokens of a text with their times; of those after the last word that is heard, none. */
function timed({ text: given, start, end, words }: CaptionText): TimedToken[] {
  const text = normalText(given);
  const tokens = tokensOf(text).flatMap((token) => inParts(token));
  const spoken = words ?? shared(tokens, start, end);
  let word = 0;
  let at = 0;
  const all: TimedToken[] = [];
  for (const token of tokens) {
    const time = isWord(token) && !token.isRest ? spoken[word++] : undefined;
    const previous = all.at(-1);
    if (isWord(token) && !token.isRest && !time) break;
    const moment = previous?.end ?? spoken[0]?.start ?? start;
    const gap = all.length === 0 ? "" : text.slice(at, token.at);
    all.push({ ...token, gap, start: time?.start ?? moment, end: time?.end ?? moment });
    at = token.at + token.text.length;
  }
  return all;
}

/** Divides a token that is longer than a line, such as a web address. */
function inParts(token: Token): (Token & { readonly isRest: boolean })[] {
  if (columns(token.text) <= COLUMNS) return [{ ...token, isRest: false }];
  const parts: (Token & { readonly isRest: boolean })[] = [];
  let part = "";
  let at = token.at;
  for (const { segment } of GRAPHEMES.segment(token.text)) {
    if (columns(part + segment) > COLUMNS) {
      parts.push({ text: part, at, isRest: parts.length > 0 });
      at += part.length;
      part = "";
    }
    part += segment;
  }
  parts.push({ text: part, at, isRest: parts.length > 0 });
  return parts;
}

/** Shares a time among the words of a text in proportion to their letters. */
function shared(tokens: readonly (Token & { readonly isRest: boolean })[], start: number, end: number) {
  const weights = tokens.filter((token) => isWord(token) && !token.isRest).map(({ text }) => text.length + 1);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  let before = 0;
  return weights.map((weight) => {
    const from = start + ((end - start) * before) / total;
    before += weight;
    return { start: from, end: start + ((end - start) * before) / total };
  });
}

/** Returns one or two lines of similar width, the second the longer one; null when the tokens do not fit. */
function linesOf(tokens: readonly TimedToken[]): string[] | null {
  const whole = textOf(tokens);
  if (columns(whole) <= COLUMNS) return [whole];
  let best: { lines: string[]; widest: number } | null = null;
  for (let at = 1; at < tokens.length; at++) {
    const lines = [textOf(tokens.slice(0, at)), textOf(tokens.slice(at))];
    const widest = Math.max(...lines.map(columns));
    if (widest <= COLUMNS && (!best || widest < best.widest)) best = { lines, widest };
  }
  return best?.lines ?? null;
}

function textOf(tokens: readonly TimedToken[]): string {
  return tokens.map(({ gap, text }, index) => (index === 0 ? text : gap + text)).join("");
}

function columns(text: string): number {
  let count = 0;
  for (const { segment } of GRAPHEMES.segment(text)) count += WIDE.test(segment) ? 2 : 1;
  return count;
}

/** Escapes a line of WebVTT, which also takes apart an arrow. */
function escaped(line: string): string {
  return line.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

/** Takes apart arrows and the tags of SubRip, which has no escapes, with an invisible word joiner. */
function plain(line: string): string {
  return line.replaceAll("-->", "--\u2060>").replace(/[<{](?=[\p{L}/\\])/gu, "$&\u2060");
}

/** Writes seconds as hours, minutes, seconds and milliseconds. */
function stamp(seconds: number, point: "," | "."): string {
  const ms = Math.round(seconds * 1000);
  const two = (value: number) => String(Math.floor(value)).padStart(2, "0");
  const whole = `${two(ms / 3_600_000)}:${two((ms / 60_000) % 60)}:${two((ms / 1000) % 60)}`;
  return `${whole}${point}${String(ms % 1000).padStart(3, "0")}`;
}

/** Rounds to milliseconds. */
function rounded(seconds: number): number {
  return Math.round(seconds * 1000) / 1000;
}
