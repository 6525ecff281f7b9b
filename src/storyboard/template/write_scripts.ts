import { secondsNeeded } from "../fit_durations.ts";
import { essence } from "../text.ts";
import type { Beat } from "./beats.ts";
import type { Chooser } from "./chooser.ts";
import { fitSentence, LEAST_CUT } from "./fit_sentence.ts";
import { type Lines, linesFor } from "./lines.ts";
import type { Reading } from "./read_brief.ts";
import { ended } from "./read_message.ts";
import { capital } from "./read_product.ts";
import { type Speech, speeches } from "./speech.ts";
import { BRISK_WORDS_PER_SECOND, WORDS_PER_SECOND } from "./spoken_words.ts";

/** A scene without a script. */
export interface Slot {
  readonly beat: Beat;
  /** Seconds. */
  readonly duration: number;
}

/** The sources of the scripts. */
export interface Writing {
  readonly reading: Reading;
  readonly choose: Chooser;
  /** Earlier scripts, to be avoided. */
  readonly avoid: readonly string[];
  /** Prefers the product's name to the key message when both do not fit. */
  readonly prefersName?: boolean;
}

/**
 * Writes a script for each slot: none takes longer to speak than its scene lasts, no line repeats, and the call to action
 * is never cut, even where it does not fit.
 */
export function writeScripts(
  slots: readonly Slot[],
  { reading, choose, avoid, prefersName = false }: Writing,
): string[] {
  const measure = reading.spokenWords;
  const { open, isSaid } = speeches({ choose, forbidden: reading.forbidden, measure, avoid });
  const beats = slots.map(({ beat }) => beat);
  const proof = slots.find(({ beat }) => beat === "proof");
  const story: Story = {
    reading,
    choose,
    isSaid,
    lines: linesFor(reading),
    left: [...reading.message],
    prefersName,
    beats,
    proofRoom: proof ? roomOf(proof, reading).wanted : 0,
  };
  const asked = reading.direction.sayings.filter((text) => !reading.forbidden.isIn(text));
  return slots.map((slot) => {
    const speech = open(roomOf(slot, reading));
    // Lines quoted in feedback go into the product scene, or into the only scene.
    if (slot.beat === "product" || slots.length === 1) {
      for (const text of asked.splice(0)) if (measure(text) <= speech.room()) speech.add(ended(capital(text)));
    }
    WRITERS[slot.beat](speech, story);
    // A long scene may have more lines, but need not be filled.
    for (const key of EXTRA[slot.beat]) {
      if (speech.words() < roomOf(slot, reading).wanted * 0.4) speech.say(story.lines[key], "extra");
    }
    // The first scene may stay silent: the name is worth more in the product scene.
    const { name } = story.lines;
    const isFree = slot.beat !== "hook" && !story.isSaid(name);
    if (speech.words() === 0 && isFree && measure(name) <= speech.limit()) speech.add(name);
    if (speech.words() === 0 && slot.beat === "cta") speech.add(ending(story));
    return speech.text((text) => secondsNeeded(text, reading.tag) <= slot.duration, { isLast: slot.beat === "cta" });
  });
}

interface Story extends Pick<Writing, "reading" | "choose"> {
  readonly lines: Lines;
  /** The sentences of the key message that are not used yet. */
  readonly left: string[];
  readonly prefersName: boolean;
  readonly beats: readonly Beat[];
  /** The words that fit into the proof scene; 0 without one. */
  readonly proofRoom: number;
  readonly isSaid: (text: string) => boolean;
}

const WRITERS: Readonly<Record<Beat, (speech: Speech, story: Story) => void>> = {
  hook({ say }, { lines, beats }) {
    say(lines.hooks, "hook");
    // A storyboard without a problem scene names the problem in the hook.
    if (beats.length < 5 && !beats.includes("problem")) say(lines.tensions, "tension");
  },
  problem({ say }, { lines, beats }) {
    say(lines.tensions, "tension");
    if (!beats.includes("desire")) say(lines.turns, "turn");
  },
  desire: ({ say }, { lines }) => say(lines.turns, "turn"),
  product(speech, story) {
    const hasProof = story.beats.includes("proof");
    if (enter(speech, story)) tell(speech, story, { whole: speech.words() > 0 });
    while (story.left.length > (hasProof ? 1 : 0) && tell(speech, story, { whole: true }));
  },
  use: ({ say }, { lines }) => say(lines.uses, "use"),
  proof(speech, story) {
    tell(speech, story, { whole: true });
    speech.say(story.lines.proofs, "proof");
  },
  cta: close,
};

const EXTRA = {
  hook: ["tensions"],
  problem: ["tensions", "turns"],
  desire: ["turns"],
  product: [],
  use: ["uses", "uses"],
  proof: ["uses"],
  cta: [],
} as const satisfies Readonly<Record<Beat, readonly (keyof Lines)[]>>;

function roomOf({ beat, duration }: Slot, { direction: { talk } }: Reading) {
  const most = Math.floor(duration * WORDS_PER_SECOND);
  const spoken = Math.floor(duration * BRISK_WORDS_PER_SECOND);
  // The product scene may use all its time; the others leave pauses.
  const share = beat === "product" ? Math.max(0.6, Math.min(1, talk * 1.1)) : talk;
  return {
    wanted: Math.min(spoken, Math.max(2, Math.floor(most * share))),
    most: beat === "product" ? 0 : most,
    spoken,
  };
}

/** Introduces the product; returns false when the message should wait for the proof scene. */
function enter({ say, add, room, limit }: Speech, story: Story): boolean {
  const { lines, left, proofRoom, prefersName, reading, choose } = story;
  const message = proofRoom > 0 ? (left[0] ?? "") : left.join(" ");
  const measure = reading.spokenWords;
  const words = measure(message);
  const entrance = Math.min(...lines.reveals.map(measure), measure(lines.name));
  const waits = words + entrance > room() && words <= proofRoom;
  // In a short scene the message comes before the entrance; the picture shows the name.
  const tight = !waits && words > room() && fitSentence(message, room(), { measure, whole: true }) === undefined;
  if (tight && words <= limit() && !prefersName) return true;
  if (tight && limit() < LEAST_CUT) {
    const short = [lines.name, ...lines.reveals].filter((line) => measure(line) <= limit());
    const name = choose(
      short.filter((line) => !reading.forbidden.isIn(line)),
      "reveal",
    );
    if (name !== undefined) add(name);
    return true;
  }
  const spare = waits ? room() : words <= room() ? room() - words : room() / 2;
  const before = room();
  const within = (list: readonly string[], most: number) => list.filter((line) => measure(line) <= most);
  const entrances = within(lines.reveals, spare);
  say(entrances.length > 0 ? entrances : within([lines.name], spare), "reveal");
  if (room() < before) say(within(lines.dedications, spare - (before - room())), "dedication");
  return !waits;
}

/** Adds the next sentence of the key message as far as it fits; returns false when nothing fits. */
function tell({ room, limit, words, add }: Speech, { left, reading }: Story, { whole }: { whole: boolean }): boolean {
  const next = words() > 0 ? left[0] : withoutSubject(left[0], reading.brief.adBasics.keyMessage);
  if (next === undefined) return false;
  const measure = reading.spokenWords;
  // Alone in its scene, the message may be spoken briskly before it is cut.
  const told =
    fitSentence(next, room(), { measure, whole: true }) ??
    (whole ? undefined : fitSentence(next, limit(), { measure }));
  if (told === undefined) return false;
  left.shift();
  add(told);
  return true;
}

// `readMessage` puts "It" before a message that starts with a verb; without a name before it, the verb stands alone.
function withoutSubject(sentence: string | undefined, keyMessage: string): string | undefined {
  if (!sentence?.startsWith("It ") || essence(keyMessage).includes(essence(sentence))) return sentence;
  return capital(sentence.slice(3));
}

/** Returns the end of an ad whose call to action says nothing that may be spoken. */
function ending({ lines: { name, leads }, reading }: Story): string {
  return [name, ...leads].find((line) => essence(line) !== "" && !reading.forbidden.isIn(line)) ?? name;
}

function close({ room, add }: Speech, { reading, lines: { leads, name }, choose, isSaid }: Story) {
  const { action, forbidden, product } = reading;
  const allowed = leads.filter((line) => !forbidden.isIn(line));
  const lead = choose(allowed, "lead");
  // A generic name is not a signature: "Meditation app. Download Drift."
  const signs = !product.generic && !essence(action).includes(essence(name)) && !forbidden.isIn(name);
  const openings = [...(signs ? [[name]] : []), ...(signs && lead ? [[lead, name]] : []), ...(lead ? [[lead]] : [])];
  const fitting = openings.filter((opening) => reading.spokenWords([...opening, action].join(" ")) <= room());
  const signed = fitting.filter((opening) => opening.includes(name));
  for (const line of choose(!isSaid(name) && signed.length > 0 ? signed : fitting, "closing") ?? []) add(line);
  if (action !== "") add(action);
}
