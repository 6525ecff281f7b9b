import type { SpokenWord } from "./speaker.ts";

/** A scene of a film with its bounds in seconds of the film. */
export interface SceneSpan {
  readonly sceneId: string;
  readonly start: number;
  readonly end: number;
}

/** A spoken line of a scene. */
export interface SceneLine {
  readonly sceneId: string;
  /** Seconds. */
  readonly duration: number;
  /** The words with seconds of the line. */
  readonly words: readonly SpokenWord[];
}

/** A line on the film; all times are seconds of the film. */
export interface PlacedLine {
  readonly sceneId: string;
  readonly start: number;
  /** The end of its sound. */
  readonly end: number;
  /** The words that are heard. */
  readonly words: readonly SpokenWord[];
}

/** The pause before a line, where its scene has the time. */
const LEAD = 0.25;
/** The shortest pause between two lines. */
const GAP = 0.12;
/** The time that a word rings on. */
const RELEASE = 0.15;

/**
 * Places lines on a film. A line begins just after its scene does. One that is too long runs into the next scenes until
 * the next line begins, which waits for it as far as its own scene has the time; after that it ends with its last whole
 * word.
 *
 * @param scenes in the order of the film, without gaps
 * @param lines at most one for each scene
 * @returns the lines in the order of the film, and the scenes whose lines are not heard to the end
 */
export function placeLines(
  scenes: readonly SceneSpan[],
  lines: readonly SceneLine[],
): { readonly placed: readonly PlacedLine[]; readonly cut: readonly string[] } {
  const spoken = scenes.flatMap((scene) => {
    const line = lines.find(({ sceneId }) => sceneId === scene.sceneId);
    return line ? [{ scene, line, length: soundOf(line) }] : [];
  });
  const filmEnd = scenes.at(-1)?.end ?? 0;
  const placed: PlacedLine[] = [];
  const cut: string[] = [];
  let free = 0;
  for (const [index, { scene, line, length }] of spoken.entries()) {
    const next = spoken[index + 1];
    const limit = next ? latestStart(next.scene, next.length) - GAP : filmEnd;
    const earliest = Math.max(scene.start, free);
    const start = Math.max(earliest, Math.min(earliest + LEAD, limit - length));
    const heard = heardPart(line, length, limit - start);
    if (!heard || heard.words.length < line.words.length) cut.push(line.sceneId);
    if (!heard) continue;
    const onFilm = (seconds: number) => rounded(start + Math.min(seconds, heard.length));
    const words = heard.words.map((word) => ({ ...word, start: onFilm(word.start), end: onFilm(word.end) }));
    placed.push({ sceneId: line.sceneId, start: rounded(start), end: rounded(start + heard.length), words });
    free = start + heard.length + GAP;
  }
  return { placed, cut };
}

/** Returns the seconds of a line without the silence at its end. */
function soundOf({ duration, words }: SceneLine): number {
  const last = words.at(-1);
  return last ? Math.min(duration, last.end + RELEASE) : duration;
}

/** Returns the latest start at which a line still ends within its scene; the scene's start if it is too long for it. */
function latestStart(scene: SceneSpan, length: number): number {
  return Math.max(scene.start, scene.end - length);
}

/** Returns the whole words of a line that are over within `room` seconds; null when not even the first one is. */
function heardPart({ words }: SceneLine, length: number, room: number) {
  // Times are in milliseconds, so a sum of them may be off by a rounding error.
  if (length <= room + 0.0005) return { words, length };
  const heard = words.filter(({ end }) => end <= room);
  const last = heard.at(-1);
  const following = words[heard.length];
  if (!last || !following) return null;
  return { words: heard, length: Math.min(last.end + RELEASE, Math.max(last.end, following.start), room) };
}

/** Rounds to milliseconds. */
function rounded(seconds: number): number {
  return Math.round(seconds * 1000) / 1000;
}
