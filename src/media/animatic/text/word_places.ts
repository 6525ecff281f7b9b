import { type Direction, directionOf } from "./text_direction.ts";

/** A part of a line, with the text before it. */
export interface LinePart {
  readonly before: string;
  readonly text: string;
}

/** A line on the canvas. */
interface PlacedLine {
  readonly text: string;
  readonly x: number;
  readonly width: number;
  readonly direction: Direction;
}

/**
 * Returns the left edge of each part of a line. Words that run against the line's direction keep their own order, as in
 * the Unicode bidirectional algorithm (UAX #9): a Latin name of two words stands from left to right in a Hebrew line.
 */
export function placesOf(
  parts: readonly LinePart[],
  { text, x, width, direction }: PlacedLine,
  measure: (text: string) => number,
): number[] {
  return runsOf(parts, direction).flatMap(({ parts: inRun, direction: own }) => {
    const [first] = inRun;
    const last = inRun.at(-1);
    if (!first || !last) return [];
    const start = first.before.length;
    const runWidth = measure(text.slice(start, last.before.length + last.text.length));
    const before = measure(first.before);
    const left = direction === "rtl" ? x + width - before - runWidth : x + before;
    return inRun.map((part) => {
      const within = measure(text.slice(start, part.before.length));
      return own === "rtl" ? left + runWidth - within - measure(part.text) : left + within;
    });
  });
}

interface Run {
  readonly direction: Direction;
  readonly parts: LinePart[];
}

function runsOf(parts: readonly LinePart[], base: Direction): Run[] {
  const runs: Run[] = [];
  for (const part of parts) {
    const last = runs.at(-1);
    const direction = ownDirection(part.text, last?.direction ?? base, base);
    if (last?.direction === direction) last.parts.push(part);
    else runs.push({ direction, parts: [part] });
  }
  return runs;
}

/** Returns the direction of a word: that of its letters; a number follows the word before, other signs the line. */
function ownDirection(text: string, before: Direction, base: Direction): Direction {
  const letter = /\p{L}/u.exec(text)?.[0];
  if (letter !== undefined) return directionOf(letter, null);
  return /\p{N}/u.test(text) ? before : base;
}
