import type { Face, Typography } from "./typography.ts";

/** A block of text, ready to be drawn. */
export interface TextBlock {
  lines: string[];
  /** Font size in pixels. */
  size: number;
  /** Distance of two baselines in pixels. */
  lineHeight: number;
  /** The widest line in pixels. */
  width: number;
  /** All lines in pixels. */
  height: number;
  /** True if the end is missing: the last line then ends with an ellipsis. */
  cut: boolean;
}

/** The available space for a block, and its range of font sizes. */
export interface TextRoom {
  face: Face;
  width: number;
  height: number;
  max: number;
  min: number;
  /** Line height as a multiple of the font size. */
  leading?: number;
  /** The maximum of lines, at any size. */
  lines?: number;
  /** Fills each line as far as possible, as in running text, instead of balancing the lines. */
  ragged?: boolean;
}

const graphemes = new Intl.Segmenter("en", { granularity: "grapheme" });

/**
 * Sets a text at the largest size that fits: wrapped at spaces, shrunk step by step, and only at the smallest size cut
 * with an ellipsis. A word is broken only if it is wider than a line at the smallest size, and then after a
 * joint, as in addresses. The lines are then balanced, because one word alone on the last line looks like a mistake.
 */
export function fitText(text: string, typography: Typography, room: TextRoom): TextBlock {
  const leading = room.leading ?? 1.28;
  const words = text.split(" ").filter((word) => word !== "");
  const steps = 8;
  const parts = words.flatMap((word) => word.match(PARTS) ?? []);
  const canStayWhole = (pieces: readonly string[]): boolean =>
    pieces.every((piece) => typography.width(piece, room.face, room.min) <= room.width);
  const whole = [words, parts].find(canStayWhole) ?? [];
  for (let step = 0; step <= steps; step++) {
    const size = Math.round(room.max - ((room.max - room.min) * step) / steps);
    const lineHeight = Math.round(size * leading);
    const most = Math.max(1, Math.min(room.lines ?? Number.POSITIVE_INFINITY, Math.floor(room.height / lineHeight)));
    const measure = (line: string): number => typography.width(line, room.face, size);
    if (step < steps && whole.some((piece) => measure(piece) > room.width)) continue;
    // One line more than fits is enough to detect an overflow.
    const lines = wrap(words, room.width, { measure, most: most + 1 });
    const fits = lines.length <= most;
    if (!fits && step < steps) continue;
    const shown = fits
      ? room.ragged
        ? lines
        : evened(words, lines, { width: room.width, measure })
      : ellipsis(lines, most, room.width, measure);
    return {
      lines: shown,
      size,
      lineHeight,
      width: Math.max(0, ...shown.map(measure)),
      height: shown.length * lineHeight,
      cut: !fits,
    };
  }
  throw new RangeError("Cannot fit text: there are no sizes to try");
}

type Measure = (line: string) => number;

function wrap(
  words: readonly string[],
  width: number,
  { measure, most }: { measure: Measure; most: number },
): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of words) {
    const longer = line === "" ? word : `${line} ${word}`;
    if (measure(longer) <= width) {
      line = longer;
      continue;
    }
    if (line !== "") lines.push(line);
    if (lines.length >= most) return lines;
    const pieces = measure(word) <= width ? [word] : broken(word, width, { measure, most });
    lines.push(...pieces.slice(0, -1));
    line = pieces.at(-1) ?? "";
  }
  return line === "" ? lines : [...lines, line];
}

/** The parts of a word, such as an address: each ends after its joining signs. */
const PARTS = /[^/?&.\-_=#]*[/?&.\-_=#]+|[^/?&.\-_=#]+/gu;

/** Breaks a word that is wider than a line after a joint, and inside a part only if that is wider than a line, too. */
function broken(word: string, width: number, { measure, most }: { measure: Measure; most: number }): string[] {
  const pieces: string[] = [];
  let piece = "";
  const add = (part: string): void => {
    if (piece !== "" && measure(piece + part) > width) {
      pieces.push(piece);
      piece = "";
    }
    piece += part;
  };
  for (const [part] of word.matchAll(PARTS)) {
    if (pieces.length > most) return pieces;
    if (measure(part) <= width) add(part);
    else for (const { segment } of graphemes.segment(part)) add(segment);
  }
  return [...pieces, piece];
}

/** Balances lines: returns the same number of lines in the narrowest column that still holds them. */
function evened(words: readonly string[], lines: string[], room: { width: number; measure: Measure }): string[] {
  if (lines.length < 2) return lines;
  // Never narrower than a word, or a word that fits on its line would be broken.
  const widest = Math.max(...words.map(room.measure));
  if (widest > room.width) return lines;
  let [low, high, best] = [Math.max(room.width / 2, widest), room.width, lines];
  for (let i = 0; i < 6; i++) {
    const middle = (low + high) / 2;
    const tried = wrap(words, middle, { measure: room.measure, most: lines.length + 1 });
    if (tried.length <= lines.length && tried.every((line) => room.measure(line) <= room.width)) {
      best = tried;
      high = middle;
    } else low = middle;
  }
  return best;
}

function ellipsis(lines: readonly string[], most: number, width: number, measure: Measure): string[] {
  const kept = lines.slice(0, most);
  let last = kept.pop() ?? "";
  while (measure(`${last}…`) > width && last.includes(" ")) last = last.slice(0, last.lastIndexOf(" "));
  while (last !== "" && measure(`${last}…`) > width) last = last.slice(0, -1);
  return [...kept, `${last.replace(/[\s.,;:!?–—-]+$/u, "")}…`];
}
