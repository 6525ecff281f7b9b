import type { ForbiddenWords } from "../forbidden_words.ts";
import { essence as essenceOf } from "../text.ts";
import type { Chooser } from "./chooser.ts";
import { joinSentences } from "./fit_sentence.ts";

/** The script of one scene while it is written. */
export interface Speech {
  /** The number of words still wanted. */
  readonly room: () => number;
  /** The number of words that can still be spoken. */
  readonly limit: () => number;
  readonly words: () => number;
  /** Returns the script, without the last sentences that do not fit; the last scene drops its first ones. */
  readonly text: (fits: (text: string) => boolean, options: { isLast: boolean }) => string;
  readonly add: (sentence: string) => void;
  /** Adds a sentence that fits, is allowed and was not used yet, if any. */
  readonly say: (sentences: readonly string[], key: string) => void;
}

/** The rules that the scenes of one storyboard share. */
export interface SpeechRules {
  readonly choose: Chooser;
  /** Words that must not appear. */
  readonly forbidden: ForbiddenWords;
  /** Measures a text in words of a calm voice. */
  readonly measure: (text: string) => number;
  /** Earlier scripts, whose sentences are used only when no other fits. */
  readonly avoid: readonly string[];
}

/**
 * The room of a scene in words: `wanted` leaves pauses, `most` is the limit for the shortest line when all are long, and
 * `spoken` is the limit of a brisk voice.
 */
export interface SpeechRoom {
  readonly wanted: number;
  readonly most: number;
  readonly spoken: number;
}

/** The characters read of an earlier script, more than the longest scene can speak. */
const MOST_REMEMBERED = 1_000;

/** Creates the scripts of a storyboard scene by scene; no sentence repeats. */
export function speeches({ choose, forbidden, measure, avoid }: SpeechRules) {
  const essences = new Map<string, string>();
  const seen = avoid.map((script) => essence(script.slice(0, MOST_REMEMBERED)));
  const said: string[] = [];

  function open({ wanted, most, spoken }: SpeechRoom): Speech {
    const sentences: string[] = [];
    const words = () => measure(sentences.join(" "));
    const room = () => wanted - words();
    const limit = () => spoken - words();
    function add(sentence: string) {
      sentences.push(sentence);
      said.push(essence(sentence));
    }
    function say(list: readonly string[], key: string) {
      const unsaid = list.filter((line) => !isSaid(line) && !forbidden.isIn(line));
      const fits = fitting(unsaid, { measure, wanted: room(), most: sentences.length === 0 ? most : 0 });
      const fresh = fits.filter((line) => !isSeen(essence(line)));
      const chosen = choose(fresh.length > 0 ? fresh : fits, key);
      if (chosen !== undefined) add(chosen);
    }
    function text(fits: (text: string) => boolean, { isLast }: { isLast: boolean }) {
      const left = [...sentences];
      while (left.length > (isLast ? 1 : 0) && !fits(joinSentences(left))) left.splice(isLast ? 0 : -1, 1);
      return joinSentences(left);
    }
    return { room, limit, words, add, say, text };
  }

  /** Caches by line, because every scene checks the same lists. */
  function essence(text: string): string {
    const known = essences.get(text) ?? essenceOf(text);
    essences.set(text, known);
    return known;
  }

  function isSeen(sought: string): boolean {
    return seen.some((text) => text.includes(sought));
  }

  /** Returns true when an earlier sentence of the storyboard contains this. */
  function isSaid(text: string): boolean {
    const sought = essence(text);
    return said.some((sentence) => sentence.includes(sought));
  }

  return { open, isSaid };
}

// If every line is too long, the shortest is used when it can still be spoken.
function fitting(
  lines: readonly string[],
  { measure, wanted, most }: Pick<SpeechRoom, "wanted" | "most"> & Pick<SpeechRules, "measure">,
): readonly string[] {
  const fits = lines.filter((line) => measure(line) <= wanted);
  if (fits.length > 0 || lines.length === 0) return fits;
  const shortest = lines.reduce((a, b) => (measure(b) < measure(a) ? b : a));
  return measure(shortest) <= most ? [shortest] : [];
}
