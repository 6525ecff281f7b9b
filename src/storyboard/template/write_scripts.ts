import { breaks } from "../restrictions.ts";
import { countWords, essence } from "../text.ts";
import type { Beat } from "./beats.ts";
import type { Chooser } from "./chooser.ts";
import { type Lines, linesFor } from "./lines.ts";
import type { Reading } from "./read_brief.ts";
import { ended } from "./read_message.ts";
import { capital } from "./read_product.ts";

/** Spoken words a second, unhurried. */
export const WORDS_PER_SECOND = 2.3;

/** A scene to be given words. */
export interface Slot {
  readonly beat: Beat;
  /** Seconds. */
  readonly duration: number;
}

/** Where the words come from. */
export interface Writing {
  readonly reading: Reading;
  readonly choose: Chooser;
  /** Scripts that were seen before: a line of theirs is not used while there is another. */
  readonly avoid: readonly string[];
}

/** One script for each slot, none longer than its scene, no line twice; a call to action is never cut. */
export function writeScripts(slots: readonly Slot[], { reading, choose, avoid }: Writing): string[] {
  const lines = linesFor(reading);
  const seen = avoid.map(essence);
  const used = new Set<string>();
  const left = [...reading.message];
  const saying = reading.direction.sayings
    .filter((text) => !breaks(text, reading.terms))
    .map((text) => ended(capital(text)));
  const beats = slots.map(({ beat }) => beat);
  const tight = slots.length < 5;
  const proofSlot = slots.find(({ beat }) => beat === "proof");
  const proofRoom = proofSlot ? Math.floor(proofSlot.duration * WORDS_PER_SECOND * reading.direction.talk) : 0;

  return slots.map(({ beat, duration }) => {
    const budget = Math.floor(duration * WORDS_PER_SECOND);
    // What the ad is about may use the whole scene; everything else leaves room to breathe.
    const enough = Math.max(
      2,
      Math.floor(
        budget *
          (beat === "product" ? Math.max(0.6, Math.min(1, reading.direction.talk * 1.1)) : reading.direction.talk),
      ),
    );
    const script: string[] = [];
    const room = () => enough - countWords(script.join(" "));
    const add = (text: string | undefined) => {
      if (text === undefined) return;
      script.push(text);
      used.add(essence(text));
    };
    const say = (list: readonly string[], key: string) => {
      const allowed = list.filter(
        (line) => ![...used].some((text) => text.includes(essence(line))) && !breaks(line, reading.terms),
      );
      const fits = within(allowed, { room: room(), budget: script.length === 0 && beat !== "product" ? budget : 0 });
      const fresh = fits.filter((line) => !seen.some((text) => text.includes(essence(line))));
      add(choose(fresh.length > 0 ? fresh : fits, key));
    };
    const tell = (whole: boolean) => {
      // "It keeps …" needs somebody to be named before.
      const next = script.length > 0 ? left[0] : withoutSubject(left[0], reading.brief.adBasics.keyMessage);
      const told = next === undefined ? undefined : fit(next, room(), whole);
      if (told === undefined) return;
      left.shift();
      add(told);
    };

    switch (beat) {
      case "hook":
        say(lines.hooks, "hook");
        if (tight) say(beats.includes("product") ? lines.tensions : [], "tension");
        break;
      case "problem":
        say(lines.tensions, "tension");
        if (!beats.includes("desire")) say(lines.turns, "turn");
        break;
      case "desire":
        say(lines.turns, "turn");
        break;
      case "product":
        for (const text of saying.splice(0, 1)) if (countWords(text) <= room()) add(text);
        if (reveal(lines, { say, room, message: proofSlot ? (left[0] ?? "") : left.join(" "), proofRoom }))
          tell(script.length > 0);
        while (
          left.length > 0 &&
          countWords(left[0] ?? "") <= room() &&
          left.length > (beats.includes("proof") ? 1 : 0)
        )
          tell(true);
        if (script.length === 0) say([lines.name], "name");
        break;
      case "use":
        say(lines.uses, "use");
        break;
      case "proof":
        tell(true);
        say(lines.proofs, "proof");
        break;
      case "cta":
        closing(lines, {
          reading,
          choose,
          room,
          add,
          named: [...used].some((text) => text.includes(essence(lines.name))),
        });
        break;
    }
    // A long scene may say more, but need not be talked full.
    for (const list of EXTRA[beat].map((key) => lines[key])) {
      if (countWords(script.join(" ")) < enough * 0.4) say(list, "extra");
    }
    if (script.length === 0 && countWords(lines.name) <= budget) add(lines.name);
    return join(script);
  });
}

const EXTRA = {
  hook: ["tensions"],
  problem: ["tensions", "turns"],
  desire: ["turns"],
  product: [],
  use: ["uses", "uses"],
  proof: ["uses"],
  cta: [],
} as const satisfies Readonly<Record<Beat, readonly (keyof Lines)[]>>;

type Say = (list: readonly string[], key: string) => void;

interface Entrance {
  readonly say: Say;
  readonly room: () => number;
  readonly message: string;
  /** Words that the scene with the proof has room for. */
  readonly proofRoom: number;
}

/** Says how the product comes in; false where the message should wait for the proof. */
function reveal(lines: Lines, { say, room, message, proofRoom }: Entrance): boolean {
  const words = countWords(message);
  const entrance = Math.min(...lines.reveals.map(countWords), countWords(lines.name));
  const waits = words + entrance > room() && words <= proofRoom;
  // In a short scene the message is worth more than the entrance.
  const spare = waits ? room() : words <= room() ? room() - words : room() / 2;
  const before = room();
  const fitting = (list: readonly string[], most: number) => list.filter((line) => countWords(line) <= most);
  const entrances = fitting(lines.reveals, spare);
  say(entrances.length > 0 ? entrances : fitting([lines.name], spare), "reveal");
  const rest = spare - (before - room());
  if (before !== room()) say(fitting(lines.dedications, rest), "dedication");
  return !waits;
}

interface Closing {
  readonly reading: Reading;
  readonly choose: Chooser;
  readonly room: () => number;
  readonly add: (text: string | undefined) => void;
  /** True when the product was named before. */
  readonly named: boolean;
}

function closing({ leads, name }: Lines, { reading, choose, room, add, named }: Closing) {
  const { action, terms, product } = reading;
  const lead = choose(
    leads.filter((line) => !breaks(line, terms)),
    "lead",
  );
  // The kind of thing alone is no signature: "Meditation app. Download Drift."
  const signs = !product.generic && !essence(action).includes(essence(name)) && !breaks(name, terms);
  const openings = [...(signs ? [[name]] : []), ...(signs && lead ? [[lead, name]] : []), ...(lead ? [[lead]] : [])];
  const fitting = openings.filter((opening) => countWords([...opening, action].join(" ")) <= room());
  const signed = fitting.filter((opening) => opening.includes(name));
  for (const line of choose(!named && signed.length > 0 ? signed : fitting, "closing") ?? []) add(line);
  if (action !== "") add(action);
}

// A scene that is to be brief, but has only long lines, says the shortest of them that can be spoken at all.
function within(lines: readonly string[], { room, budget }: { room: number; budget: number }): readonly string[] {
  const fits = lines.filter((line) => countWords(line) <= room);
  if (fits.length > 0 || lines.length === 0) return fits;
  const shortest = lines.reduce((a, b) => (countWords(b) < countWords(a) ? b : a));
  return countWords(shortest) <= budget ? [shortest] : [];
}

// "It" was put before a key message that starts with its verb; without a name before it, the verb stands better alone.
function withoutSubject(sentence: string | undefined, keyMessage: string): string | undefined {
  if (!sentence?.startsWith("It ") || essence(keyMessage).includes(essence(sentence))) return sentence;
  return capital(sentence.slice(3));
}

/** The sentence, or the clauses of it that fit; undefined where nothing does. */
export function fit(sentence: string, budget: number, whole = false): string | undefined {
  if (countWords(sentence) <= budget) return sentence;
  const clauses = sentence.split(/(?<=[,;:，、；])\s*|\s+(?=[–—]\s)/u);
  for (let count = clauses.length - 1; count > 0; count--) {
    const part = clauses.slice(0, count).join(" ");
    if (countWords(part) <= budget && countWords(part) >= 2) return ended(part);
  }
  if (whole || budget < 3) return undefined;
  let cut = "";
  for (const { segment, isWordLike } of new Intl.Segmenter(undefined, { granularity: "word" }).segment(sentence)) {
    if (isWordLike && countWords(cut + segment) > budget) break;
    cut += segment;
  }
  return `${cut.trim().replace(/[\s,;:–—-]+$/u, "")}…`;
}

function join(script: readonly string[]): string {
  return script.reduce((text, line) => text + (text === "" || /[。！？]$/u.test(text) ? "" : " ") + line, "");
}
