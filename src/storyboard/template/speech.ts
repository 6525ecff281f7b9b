import type { ForbiddenWords } from "../forbidden_words.ts";
import { countWords, essence as essenceOf } from "../text.ts";
import type { Chooser } from "./chooser.ts";
import { joinSentences } from "./fit_sentence.ts";

/** The words of one scene while they are being written. */
export interface Speech {
  /** How many more words the scene should take. */
  readonly room: () => number;
  /** How many more words can be spoken at all. */
  readonly limit: () => number;
  readonly words: () => number;
  readonly text: () => string;
  /** Adds this sentence. */
  readonly add: (sentence: string) => void;
  /** Adds one of the sentences that fits, is allowed and was not said yet, if there is one. */
  readonly say: (sentences: readonly string[], key: string) => void;
}

/** What the scenes of one storyboard share. */
export interface SpeechRules {
  readonly choose: Chooser;
  /** Words that must not appear. */
  readonly forbidden: ForbiddenWords;
  /** Scripts that were seen before: a sentence of theirs is not used while there is another. */
  readonly avoid: readonly string[];
}

/**
 * Room of a scene in words: `wanted` leaves time to breathe, `most` is what a sentence of ours may take where all are
 * long, and `spoken` what can be spoken at all.
 */
export interface SpeechRoom {
  readonly wanted: number;
  readonly most: number;
  readonly spoken: number;
}

/** More than the longest scene can say, in characters; a script that a person wrote may have more. */
const MOST_REMEMBERED = 1_000;

/** Opens the speech of one scene after the other; no sentence comes twice in a storyboard. */
export function speeches({ choose, forbidden, avoid }: SpeechRules) {
  const essences = new Map<string, string>();
  const seen = avoid.map((script) => essence(script.slice(0, MOST_REMEMBERED)));
  const said: string[] = [];

  function open({ wanted, most, spoken }: SpeechRoom): Speech {
    const sentences: string[] = [];
    const words = () => countWords(sentences.join(" "));
    const room = () => wanted - words();
    const limit = () => spoken - words();
    function add(sentence: string) {
      sentences.push(sentence);
      said.push(essence(sentence));
    }
    function say(list: readonly string[], key: string) {
      const unsaid = list.filter((line) => !isSaid(line) && !forbidden.isIn(line));
      const fits = fitting(unsaid, { wanted: room(), most: sentences.length === 0 ? most : 0 });
      const fresh = fits.filter((line) => !isSeen(essence(line)));
      const chosen = choose(fresh.length > 0 ? fresh : fits, key);
      if (chosen !== undefined) add(chosen);
    }
    return { room, limit, words, add, say, text: () => joinSentences(sentences) };
  }

  /** Read once for each line: the same lists are looked through for every scene. */
  function essence(text: string): string {
    const known = essences.get(text) ?? essenceOf(text);
    essences.set(text, known);
    return known;
  }

  function isSeen(sought: string): boolean {
    return seen.some((text) => text.includes(sought));
  }

  /** True when an earlier sentence of the storyboard says this. */
  function isSaid(text: string): boolean {
    const sought = essence(text);
    return said.some((sentence) => sentence.includes(sought));
  }

  return { open, isSaid };
}

// A scene that is to be brief, but has only long lines, says the shortest of them that can be spoken at all.
function fitting(lines: readonly string[], { wanted, most }: Pick<SpeechRoom, "wanted" | "most">): readonly string[] {
  const fits = lines.filter((line) => countWords(line) <= wanted);
  if (fits.length > 0 || lines.length === 0) return fits;
  const shortest = lines.reduce((a, b) => (countWords(b) < countWords(a) ? b : a));
  return countWords(shortest) <= most ? [shortest] : [];
}
