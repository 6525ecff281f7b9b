import { breakText, graphemesOf } from "./break_text.ts";
import { type Direction, directionOf } from "./text_direction.ts";
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
  /** The base direction of all lines, to be set on the canvas before they are drawn. */
  direction: Direction;
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
  /** The direction, where the text is a part of a longer one. */
  direction?: Direction;
}

/** The line height of scripts with marks above and below their letters, as a multiple of the font size. */
const TALL_LEADING = 1.45;
const TALL =
  /[\p{Script=Arabic}\p{Script=Devanagari}\p{Script=Thai}\p{Script=Khmer}\p{Script=Bengali}\p{Script=Tamil}\p{Script=Telugu}]/u;

/**
 * Sets a text at the largest size that fits: wrapped between words, shrunk step by step, and only at the smallest size cut
 * with an ellipsis. A word is broken only if it is wider than a line at the smallest size, and then after a
 * joint, as in addresses. The lines are then balanced, because one word alone on the last line looks like a mistake.
 */
export function fitText(text: string, typography: Typography, room: TextRoom): TextBlock {
  const leading = Math.max(room.leading ?? 1.28, TALL.test(text) ? TALL_LEADING : 0);
  const { language } = typography;
  const direction = room.direction ?? directionOf(text, language);
  const words = breakText(text.trim(), language);
  const steps = 8;
  const parts = words.flatMap((word) => word.match(PARTS) ?? []);
  const canStayWhole = (pieces: readonly string[]): boolean =>
    pieces.every((piece) => typography.width(piece.trimEnd(), room.face, room.min) <= room.width);
  const whole = [words, parts].find(canStayWhole) ?? [];
  for (let step = 0; step <= steps; step++) {
    const size = Math.round(room.max - ((room.max - room.min) * step) / steps);
    const lineHeight = Math.round(size * leading);
    const most = Math.max(1, Math.min(room.lines ?? Number.POSITIVE_INFINITY, Math.floor(room.height / lineHeight)));
    const measure = (line: string): number => typography.width(line.trimEnd(), room.face, size);
    if (step < steps && whole.some((piece) => measure(piece) > room.width)) continue;
    // One line more than fits is enough to detect an overflow.
    const lines = wrap(words, room.width, { measure, most: most + 1 });
    const fits = lines.length <= most;
    if (!fits && step < steps) continue;
    const shown = fits
      ? room.ragged
        ? lines
        : evened(words, lines, { width: room.width, measure })
      : ellipsis(lines.slice(0, most), { width: room.width, measure, language });
    return {
      lines: shown,
      size,
      lineHeight,
      width: Math.max(0, ...shown.map(measure)),
      height: shown.length * lineHeight,
      cut: !fits,
      direction,
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
  const end = (): void => {
    if (line !== "") lines.push(line.trimEnd());
    line = "";
  };
  for (const word of words) {
    if (measure(line + word) <= width) {
      line += word;
      continue;
    }
    end();
    if (lines.length >= most) return lines;
    const pieces = measure(word) <= width ? [word] : broken(word, width, { measure, most });
    lines.push(...pieces.slice(0, -1));
    line = pieces.at(-1) ?? "";
  }
  end();
  return lines;
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
    else for (const grapheme of graphemesOf(part)) add(grapheme);
  }
  return [...pieces, piece];
}

/** Balances lines: returns the same number of lines in the narrowest column that still holds them. */
function evened(words: readonly string[], lines: string[], room: { width: number; measure: Measure }): string[] {
  if (lines.length < 2) return lines;
  // Never narrower than a word, or a word that fits on its line would be broken.
  const widest = words.reduce((most, word) => Math.max(most, room.measure(word)), 0);
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

function ellipsis(
  shown: readonly string[],
  { width, measure, language }: { width: number; measure: Measure; language: string | null },
): string[] {
  const kept = [...shown];
  const last = kept.pop() ?? "";
  const isTooLong = (parts: readonly string[]): boolean => measure(`${parts.join("").trimEnd()}…`) > width;
  let parts = breakText(last, language);
  while (parts.length > 1 && isTooLong(parts)) parts.pop();
  if (isTooLong(parts)) parts = graphemesOf(parts.join(""));
  while (parts.length > 0 && isTooLong(parts)) parts.pop();
  return [...kept, `${parts.join("").replace(/[\s.,;:!?–—、。，．！？：；・،؛-]+$/u, "")}…`];
}
