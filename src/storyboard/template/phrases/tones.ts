import type { Transition } from "../../vocabulary.ts";

/** A voice: how the product comes in, what is said beside the proof, how the last line is led up to. */
export interface Tone {
  readonly name: string;
  readonly words: RegExp;
  readonly hooks: readonly string[];
  /** `{product}` is the product; each is a whole sentence. */
  readonly reveals: readonly string[];
  readonly proofs: readonly string[];
  /** Before the call to action. */
  readonly leads: readonly string[];
  /** How the picture behaves, for the crew. */
  readonly camera: string;
  readonly transitions: readonly Transition[];
}

/** The voices; the first whose words are in the tone, style or feedback speaks. */
export const TONES: readonly Tone[] = [
  {
    name: "playful",
    words: /playful|fun\b|funn|humou?r|witty|quirky|cheeky|silly|lighthearted|light-hearted|whimsical|joke|comic/,
    hooks: ["Oh no. Not this again.", "Okay, who did this?"],
    reveals: ["Well, hello, {product}.", "Plot twist: {product}.", "And in walks {product}.", "Say hi to {product}."],
    proofs: [
      "We'd do a drum roll, but just look.",
      "Go ahead. Be suspicious. Watch closely.",
      "No stunt doubles were needed.",
    ],
    leads: ["Go on. You know you want to.", "Your move.", "Psst.", "We'll wait here."],
    camera: "springy handheld camera, snap zooms on the joke",
    transitions: ["slide", "zoom", "cut"],
  },
  {
    name: "premium",
    words: /premium|luxur|elegan|sophisticat|refined|exclusive|high-?end|classy|timeless/,
    hooks: ["Some things need no introduction.", "Notice the difference."],
    reveals: ["This is {product}.", "Introducing {product}.", "{product}. Considered in every detail."],
    proofs: ["Look closer. Then closer still.", "It is there in the details.", "Nothing added for effect."],
    leads: ["When you are ready.", "By your own choice.", "For those who notice."],
    camera: "slow, deliberate moves, deep shadow, one clean highlight",
    transitions: ["fade", "dissolve"],
  },
  {
    name: "urgent",
    words: /urgent|urgency|limited|sale\b|fomo|last chance|hurry|deadline|direct response|hard sell/,
    hooks: ["Stop scrolling.", "Don't wait on this one."],
    reveals: ["{product}. Here and now.", "This is it: {product}.", "Right now: {product}."],
    proofs: ["Five seconds. That's all you need to see it.", "See it? Good. Keep watching.", "Look now. Think later."],
    leads: ["Don't leave it for later.", "Now.", "Today, not someday.", "You've seen enough."],
    camera: "fast push-ins, hard light, type that fills the frame",
    transitions: ["cut", "wipe", "zoom"],
  },
  {
    name: "warm",
    words:
      /warm|emotional|heartfelt|friendly|caring|family|tender|nostalg|sincere|authentic|human|touching|inspir|hopeful|uplift/,
    hooks: ["It starts with something small.", "You carry a lot."],
    reveals: ["That's the idea behind {product}.", "Here's a little help: {product}.", "Let us introduce {product}."],
    proofs: ["You'll see it in their faces.", "It's a small thing. It won't feel small.", "Watch what happens next."],
    leads: ["Whenever you're ready.", "Come and see.", "We'd love to have you.", "Start small."],
    camera: "close, natural light, unposed faces",
    transitions: ["dissolve", "fade"],
  },
  {
    name: "technical",
    words:
      /technical|informative|educational|scientific|precise|expert|data-driven|professional|serious|factual|clear|corporate|trustworth/,
    hooks: ["Let's look at the numbers.", "Here is the problem, plainly."],
    reveals: ["Here is {product}.", "{product}: built for exactly this.", "The answer is {product}."],
    proofs: ["Here is what that means in practice.", "Step by step, on camera.", "Judge it by what you see."],
    leads: ["See it for yourself.", "The next step is simple.", "Take a closer look."],
    camera: "locked-off camera, even light, clean labels on screen",
    transitions: ["cut", "wipe"],
  },
  {
    name: "energetic",
    words: /energ|dynamic|upbeat|fast-?paced|exciting|high-?energy|vibrant|youthful|adrenaline|pump|action/,
    hooks: ["Ready? Go.", "Three. Two. One."],
    reveals: ["Here comes {product}!", "{product}. Let's go!", "Bring on {product}!"],
    proofs: ["Again. Faster.", "Keep up if you can.", "That? That was the warm-up."],
    leads: ["Let's go.", "Your turn!", "Don't just watch."],
    camera: "whip pans and running shots, cut on the beat",
    transitions: ["cut", "zoom", "slide"],
  },
  {
    name: "calm",
    words: /calm|minimal|sooth|serene|gentle|relax|zen|quiet|slow|peaceful|soft|clean/,
    hooks: ["Take a breath.", "Less."],
    reveals: ["This is {product}.", "{product}. Just that.", "Make room for {product}."],
    proofs: ["No noise. Just look.", "That is all it does. That is enough.", "Let it speak for itself."],
    leads: ["In your own time.", "Begin gently.", "When it feels right."],
    camera: "still frames, wide margins, natural sound",
    transitions: ["dissolve", "fade"],
  },
  {
    name: "bold",
    words: /bold|provocative|edgy|rebel|disrupt|daring|fearless|confident|loud|punk|brutal/,
    hooks: ["Enough.", "Rules were fun."],
    reveals: ["Enter {product}.", "{product}. Deal with it.", "{product}. On purpose."],
    proofs: ["Look at it. Now look at the old way.", "Don't take our word for it. Look.", "Doubt it. Then watch."],
    leads: ["Pick a side.", "Well?", "Be first or be next."],
    camera: "low angles, hard contrast, colour straight from the tube",
    transitions: ["cut", "zoom", "wipe"],
  },
];

/** The voice where nobody asked for another. */
export const PLAIN_TONE: Tone = {
  name: "plain",
  words: /(?:)/,
  hooks: ["Sound familiar?", "Here's a thought."],
  reveals: ["Meet {product}.", "This is {product}.", "Here's {product}."],
  proofs: ["See for yourself.", "Here's what that looks like.", "Don't take our word for it. Look."],
  leads: ["Ready?", "It starts here.", "See what changes.", "Over to you."],
  camera: "natural camera, honest light",
  transitions: ["cut", "dissolve", "fade"],
};
