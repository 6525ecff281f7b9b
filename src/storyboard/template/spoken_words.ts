import { secondsNeeded } from "../fit_durations.ts";
import { countWords, remembering } from "../text.ts";

/** Words per second of a calm voice. */
export const WORDS_PER_SECOND = 2.3;
/** Words per second of a brisk voice, for a key message that does not fit otherwise. */
export const BRISK_WORDS_PER_SECOND = 2.8;

/** The size of the cache: the lines of a storyboard. */
const MOST_REMEMBERED = 1_000;

/** Seconds of the silences around a line at the highest speed; lines of one scene share them. */
const EDGES = 0.32;

/** Creates the measure of a text in words of a calm voice: long words, numbers and addresses count as several. */
export function spokenWordsIn(language: string): (text: string) => number {
  return remembering(
    (text) => Math.max(countWords(text), Math.round((secondsNeeded(text, language) - EDGES) * BRISK_WORDS_PER_SECOND)),
    MOST_REMEMBERED,
  );
}
