import { type Chooser, hash } from "./chooser.ts";

/** The function of a scene in the story. */
export type Beat = "hook" | "problem" | "desire" | "product" | "use" | "proof" | "cta";

/** A kind of story. */
export type Narrative = "problem" | "desire" | "product_first";

const ENDS: Readonly<Record<Narrative, readonly (readonly Beat[])[]>> = {
  problem: [
    ["hook", "product", "cta"],
    ["hook", "product", "proof", "cta"],
    ["hook", "problem", "product", "proof", "cta"],
    ["hook", "problem", "product", "use", "proof", "cta"],
    ["hook", "problem", "desire", "product", "use", "proof", "cta"],
  ],
  desire: [
    ["hook", "product", "cta"],
    ["hook", "product", "proof", "cta"],
    ["hook", "desire", "product", "proof", "cta"],
    ["hook", "desire", "product", "use", "proof", "cta"],
    ["hook", "desire", "problem", "product", "use", "proof", "cta"],
  ],
  product_first: [
    ["product", "proof", "cta"],
    ["product", "problem", "proof", "cta"],
    ["product", "problem", "use", "proof", "cta"],
    ["product", "problem", "desire", "use", "proof", "cta"],
    ["product", "hook", "problem", "desire", "use", "proof", "cta"],
  ],
};

/** The relative length of each beat, before spoken words are counted. */
export const BEAT_WEIGHTS: Readonly<Record<Beat, number>> = {
  hook: 4,
  problem: 5,
  desire: 4.5,
  product: 5.5,
  use: 4.5,
  proof: 5,
  cta: 4.5,
};

/** Returns the beats of a storyboard of `count` scenes, which always ends with the call to action. */
export function beatsOf(count: number, narrative: Narrative): Beat[] {
  if (count <= 1) return ["cta"];
  if (count === 2) return ["product", "cta"];
  const beats = [...(ENDS[narrative][Math.min(count, 7) - 3] ?? [])];
  // Scenes beyond seven show more of the product in use.
  while (beats.length < count) beats.splice(-2, 0, beats.length % 2 === 1 ? "use" : "proof");
  return beats;
}

/** Picks a narrative: the first plan opens on people, later ones may open on the product. */
export function narrativeOf({
  seed,
  revision,
  productFirst,
}: {
  seed: string;
  revision: number;
  productFirst: boolean;
}) {
  const order: readonly Narrative[] = ["problem", "desire", "product_first"];
  if (productFirst) return "product_first";
  return order[revision === 0 ? hash(seed) % 2 : (hash(seed) + revision) % 3] ?? "problem";
}

/** Chooses a shot for the beat. */
export function shotFor(beat: Beat, choose: Chooser) {
  return choose(SHOTS[beat], `shot ${beat}`) ?? "medium";
}

const SHOTS = {
  hook: ["close_up", "wide", "tracking", "detail"],
  problem: ["medium", "pov", "tracking", "close_up"],
  desire: ["wide", "tracking", "medium"],
  product: ["product"],
  use: ["close_up", "tracking", "overhead", "pov"],
  proof: ["detail", "close_up", "medium"],
  cta: ["product", "wide", "text_card"],
} as const satisfies Readonly<Record<Beat, readonly string[]>>;
