import { TRANSITIONS, type Transition } from "../media/mod.ts";

/** The shots that planners use and renderers support. */
export const SHOT_TYPES = [
  "wide",
  "medium",
  "close_up",
  "product",
  "tracking",
  "overhead",
  "pov",
  "detail",
  "text_card",
] as const;

/** One of {@linkcode SHOT_TYPES}. */
export type ShotType = (typeof SHOT_TYPES)[number];

export { TRANSITIONS, type Transition };

// First match wins, so that "extreme close-up of the product" is a close-up and "product wide" a product shot.
const SHOT_WORDS: readonly (readonly [RegExp, ShotType])[] = [
  [/detail|macro|insert|extreme close/, "detail"],
  [/close|\becu\b|\bcu\b|portrait/, "close_up"],
  [/product|pack ?shot|hero|beauty/, "product"],
  [/track|dolly|follow|truck|steadicam|pan\b|handheld/, "tracking"],
  [/overhead|top ?down|flat ?lay|bird/, "overhead"],
  [/\bpov\b|point of view|first person/, "pov"],
  [/text|title|card|logo|graphic|typograph/, "text_card"],
  [/wide|establish|aerial|drone|panorama|\bws\b|\bls\b|long shot/, "wide"],
];
const TRANSITION_WORDS: readonly (readonly [RegExp, Transition])[] = [
  [/dissolv|cross|blend|morph/, "dissolve"],
  [/fade|dip|black/, "fade"],
];

/**
 * Returns the shot for a scene's `shotType`, which may be any text a person typed: "Extreme Close-Up" is `detail`, and
 * an unrecognised text is `medium`.
 */
export function shotTypeOf(text: string): ShotType {
  return fold(text, SHOT_TYPES) ?? match(text, SHOT_WORDS) ?? "medium";
}

/**
 * Returns the transition for any text, such as a model's answer or a scene of an earlier release: an unrecognised one
 * is a `cut`, which is never wrong.
 */
export function transitionOf(text: string): Transition {
  return fold(text, TRANSITIONS) ?? match(text, TRANSITION_WORDS) ?? "cut";
}

function fold<const T extends string>(text: string, known: readonly T[]): T | undefined {
  const name = text
    .trim()
    .toLowerCase()
    .replace(/[\s-]+/g, "_");
  return known.find((word) => word === name);
}

function match<T>(text: string, words: readonly (readonly [RegExp, T])[]): T | undefined {
  const plain = text.toLowerCase().replace(/[\s_-]+/g, " ");
  return words.find(([pattern]) => pattern.test(plain))?.[1];
}
