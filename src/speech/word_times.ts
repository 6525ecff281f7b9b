import { isWord, type Token } from "./script.ts";
import { SPEECH_RATE, type SpokenWord, type WordTiming } from "./speaker.ts";

/** The times of a part of a text, in seconds. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** Seconds of the windows in which silence is detected. */
const WINDOW = 0.01;
/** The level below the loudest window, as a ratio of amplitudes, that counts as silence: −40 dB. */
const SILENCE = 0.01;

/**
 * Makes the words of a line from the spans of its tokens: in order, within the sound, and without overlap. A word
 * without a span lies between its neighbours and is marked as estimated.
 */
export function wordsOf(
  tokens: readonly Token[],
  spans: readonly (Span | null)[],
  { seconds, timing }: { readonly seconds: number; readonly timing: WordTiming },
): SpokenWord[] {
  const words = tokens.flatMap((token, index) => (isWord(token) ? [{ token, span: spans[index] ?? null }] : []));
  let [earliest, free] = [0, 0];
  const placed = words.map(({ token, span }, index) => {
    const next = words.slice(index + 1).find((word) => word.span !== null);
    const limit = Math.max(free, Math.min(seconds, next?.span?.start ?? seconds));
    const missing = next ? words.indexOf(next) - index : words.length - index;
    const start = clamp(span?.start ?? free, earliest, seconds);
    const end = clamp(span?.end ?? free + (limit - free) / missing, start, seconds);
    [earliest, free] = [start, end];
    return { text: token.text, start: rounded(start), end: rounded(end), timing: span ? timing : "estimated" };
  });
  return placed.map((word, index) => ({ ...word, end: Math.min(word.end, placed[index + 1]?.start ?? word.end) }));
}

/** Estimates the spans of tokens: letters take equal time, and silence takes none. */
export function estimatedSpans(tokens: readonly Token[], samples: Float32Array): Span[] {
  const at = voicedTime(samples);
  const weights = tokens.map((token) => (isWord(token) ? (token.text.match(/[\p{L}\p{N}]/gu)?.length ?? 0) : 0));
  const total = weights.reduce((sum, weight) => sum + weight, 0) || 1;
  let spoken = 0;
  return weights.map((weight) => {
    const start = at(spoken / total, "after");
    spoken += weight;
    return { start, end: at(spoken / total, "before") };
  });
}

/**
 * Returns the time at which a share of the voiced windows has passed; at a silence, the time before or after it.
 */
function voicedTime(samples: Float32Array): (share: number, side: "before" | "after") => number {
  const size = Math.round(WINDOW * SPEECH_RATE);
  const levels = Array.from({ length: Math.ceil(samples.length / size) }, (_, window) =>
    samples.subarray(window * size, (window + 1) * size).reduce((peak, value) => Math.max(peak, Math.abs(value)), 0),
  );
  const loudest = levels.reduce((most, level) => Math.max(most, level), 0);
  const voiced = levels.flatMap((level, window) => (level > loudest * SILENCE ? [window] : []));
  return (share, side) => {
    const index = Math.round(share * voiced.length);
    const window = side === "after" ? voiced[Math.min(index, voiced.length - 1)] : voiced[Math.max(0, index - 1)];
    return ((window ?? 0) + (side === "after" ? 0 : 1)) * WINDOW;
  };
}

/** The span of one or more characters of a text, by the index of the first. */
export interface CharacterSpan extends Span {
  readonly at: number;
  readonly length: number;
}

/** Returns the spans of tokens from those of characters; null for a token without any. */
export function spansFromCharacters(tokens: readonly Token[], characters: readonly CharacterSpan[]): (Span | null)[] {
  return tokens.map(({ text, at }) => {
    const inside = characters.filter((each) => each.at < at + text.length && each.at + each.length > at);
    if (inside.length === 0) return null;
    const starts = inside.map(({ start }) => start);
    return { start: Math.min(...starts), end: Math.max(...inside.map(({ end }) => end)) };
  });
}

function clamp(value: number, min: number, max: number): number {
  return Math.min(Math.max(Number.isFinite(value) ? value : min, min), max);
}

/** Rounds to milliseconds. */
function rounded(seconds: number): number {
  return Math.round(seconds * 1000) / 1000;
}
