import { tidy } from "../text.ts";
import type { ShotType, Transition } from "../vocabulary.ts";
import { TONES, type Tone } from "./phrases/mod.ts";

/** The wishes in feedback that the template understands. */
export interface Direction {
  readonly tone?: Tone;
  /** The share of the speaking time to use. */
  readonly talk: number;
  readonly productFirst: boolean;
  readonly shot?: ShotType;
  readonly transition?: Transition;
  readonly people: boolean;
  /** Things to show, in the person's words. */
  readonly requests: readonly string[];
  /** Words to be spoken, in quotes in the feedback. */
  readonly sayings: readonly string[];
  /** The recognised wishes, for the scene's metadata. */
  readonly notes: readonly string[];
}

const SHOTS: readonly (readonly [RegExp, ShotType])[] = [
  [/close[- ]?ups?|closer|tighter/, "close_up"],
  [/wide|wider|zoom out|establishing|landscape/, "wide"],
  [/overhead|top[- ]down|flat ?lay/, "overhead"],
  [/tracking|follow|moving camera|more movement/, "tracking"],
  [/macro|details?\b/, "detail"],
];
const TRANSITIONS: readonly (readonly [RegExp, Transition])[] = [
  [/dissolve|cross ?fade|smoother/, "dissolve"],
  [/\bfades?\b/, "fade"],
  [/hard cuts?|jump cuts?|quick cuts?|\bcuts?\b/, "cut"],
];
const REQUEST =
  /\b(?:show|add|include|feature|mention|focus on|highlight|use|want to see|more of)\s+(?:me\s+|us\s+|more\s+(?:of\s+)?)?([^.;!?\n"“”]{3,120})/giu;
const QUOTED = /["“”„«»]([^"“”„«»]{2,160})["“”„«»]/gu;

/** The most recent feedback entries that are read. */
const MOST_FEEDBACK = 20;

/** Reads the wishes in feedback, oldest first; the latest wish on a subject counts. */
export function directionOf(feedback: readonly string[]): Direction {
  const texts = feedback
    .slice(-MOST_FEEDBACK)
    .map((text) => tidy(text.slice(0, 5000)))
    .filter((text) => text !== "");
  const all = texts.toReversed().map((text) => text.toLowerCase());
  const first = <T>(table: readonly (readonly [RegExp, T])[]): T | undefined =>
    all.map((text) => table.find(([words]) => wants(text, words))?.[1]).find((found) => found !== undefined);
  const said = (words: RegExp) => all.some((text) => wants(text, words));
  const tone = first<Tone>(TONES.map((candidate) => [candidate.words, candidate]));
  const shorter = said(
    /shorter|less text|fewer words|less talk|too long|too wordy|too much text|concise|punchier|snappier|tighten/,
  );
  const longer = !shorter && said(/longer|more detail|explain more|more text|say more/);
  const productFirst = said(
    /product (?:earlier|first|sooner|up front)|(?:show|see|feature|more of|focus on) (?:\w+ )?(?:the )?product|start with the product|where is the product/,
  );
  const people = said(/people|faces?\b|human|customers?\b|person/);
  const shot = productFirst ? (first(SHOTS) ?? "product") : first(SHOTS);
  const transition = first(TRANSITIONS);
  const unbanned = texts.filter(
    (text) => !/\b(?:don[’']?t|do not|never|avoid|without|stop|remove|no more)\b/iu.test(text),
  );
  const requests = unbanned.flatMap((text) => [...text.matchAll(REQUEST)].map((match) => tidy(match[1] ?? "")));
  const sayings = unbanned.flatMap((text) => [...text.matchAll(QUOTED)].map((match) => tidy(match[1] ?? "")));
  return {
    ...(tone ? { tone } : {}),
    talk: shorter ? 0.4 : longer ? 1 : 0.92,
    productFirst,
    ...(shot ? { shot } : {}),
    ...(transition ? { transition } : {}),
    people,
    requests: requests.slice(-3),
    sayings: sayings.slice(-1),
    notes: [
      ...(tone ? [`tone: ${tone.name}`] : []),
      ...(shorter ? ["fewer words"] : longer ? ["more words"] : []),
      ...(productFirst ? ["product first"] : []),
      ...(people ? ["people in frame"] : []),
      ...(shot ? [`shot: ${shot}`] : []),
      ...(transition ? [`transition: ${transition}`] : []),
    ],
  };
}

// "less playful" and "not so bold" name a tone to avoid.
function wants(text: string, words: RegExp): boolean {
  const match = new RegExp(words.source, "u").exec(text);
  return (
    match !== null &&
    !/\b(?:less|not|not so|no|too|without|stop being|isn't|don't be)\s+(?:so\s+|too\s+|very\s+|as\s+)?$/u.test(
      text.slice(0, match.index),
    )
  );
}
