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

/** A token, or a part of a long one, with its width. */
interface Part extends Token {
  /** Columns. */
  readonly width: number;
  /** True for the parts of a long token after its first. */
  readonly isRest: boolean;
}

/** A part with its time and the space before it. */
interface TimedPart extends Part {
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
  let open: TimedPart[] = [];
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
    const isFull = breakOf([...open, token]) === null || (first && token.end - first.start > LONGEST);
    if (last && (isFull || (isWord(token) && token.start - last.end > PAUSE))) close();
    open.push(token);
    // A sentence that fits ends its cue, unless only a word or two would be left for the next one.
    const rest = tokens.length - index - 1;
    const isLong = widthOf(open) > COLUMNS / 2;
    if (isLong && rest > 2 && /[.!?…。！？؟।]["'”’»」』)]*$/u.test(token.text)) close();
  }
  close();
  return cues;
}

/** Returns the tokens of a text with their times; of those after the last word that is heard, none. */
function timed({ text: given, start, end, words }: CaptionText): TimedPart[] {
  const text = normalText(given);
  const before = columnsBefore(text);
  const tokens = tokensOf(text).flatMap((token) => partsOf(token, before));
  const spoken = words ?? shared(tokens, start, end);
  let word = 0;
  let at = 0;
  const all: TimedPart[] = [];
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

/**
 * Returns the columns of a text before each of its UTF-16 units; all units of a grapheme count with its first. One pass
 * over the text, because a segmenter for each token would take ten times as long.
 */
function columnsBefore(text: string): Uint32Array {
  const before = new Uint32Array(text.length + 1);
  let [at, columns] = [0, 0];
  for (const { segment } of GRAPHEMES.segment(text)) {
    columns += WIDE.test(segment) ? 2 : 1;
    before.fill(columns, at + 1, at + segment.length + 1);
    at += segment.length;
  }
  return before;
}

/** Divides a token that is longer than a line, such as a web address, between its graphemes. */
function partsOf({ text, at }: Token, before: Uint32Array): Part[] {
  const parts: Part[] = [];
  const columns = (index: number): number => before[index] ?? 0;
  const end = at + text.length;
  let from = at;
  const close = (to: number) => {
    const width = columns(to) - columns(from);
    parts.push({ text: text.slice(from - at, to - at), at: from, width, isRest: from > at });
    from = to;
  };
  for (let edge = at, to = at + 1; to <= end; to++) {
    if (columns(to) - columns(from) > COLUMNS) close(edge);
    if (to === end || columns(to + 1) > columns(to)) edge = to;
  }
  close(end);
  return parts;
}

/** Shares a time among the words of a text in proportion to their letters. */
function shared(tokens: readonly Part[], start: number, end: number) {
  const weights = tokens.filter((token) => isWord(token) && !token.isRest).map(({ text }) => text.length + 1);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  let before = 0;
  return weights.map((weight) => {
    const from = start + ((end - start) * before) / total;
    before += weight;
    return { start: from, end: start + ((end - start) * before) / total };
  });
}

/** Returns one or two lines of similar width; null when the parts do not fit. */
function linesOf(parts: readonly TimedPart[]): string[] | null {
  const at = breakOf(parts);
  if (at === null) return null;
  return at === 0 ? [textOf(parts)] : [textOf(parts.slice(0, at)), textOf(parts.slice(at))];
}

/** Returns the index of the part that begins the second line, 0 for one line; null when two lines are too few. */
function breakOf(parts: readonly TimedPart[]): number | null {
  const whole = widthOf(parts);
  if (whole <= COLUMNS) return 0;
  let best: { at: number; widest: number } | null = null;
  let first = 0;
  for (const [at, { gap, width }] of parts.entries()) {
    if (at > 0) {
      const widest = Math.max(first, whole - first - gap.length);
      if (widest <= COLUMNS && (!best || widest < best.widest)) best = { at, widest };
      first += gap.length;
    }
    first += width;
  }
  return best?.at ?? null;
}

/** Returns the columns of a line of parts. */
function widthOf(parts: readonly TimedPart[]): number {
  return parts.reduce((sum, { gap, width }, index) => sum + width + (index === 0 ? 0 : gap.length), 0);
}

function textOf(parts: readonly TimedPart[]): string {
  return parts.map(({ gap, text }, index) => (index === 0 ? text : gap + text)).join("");
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
