/** The transitions into a scene that the renderer supports. */
export const TRANSITIONS = ["cut", "fade", "dissolve"] as const;

/** One of {@linkcode TRANSITIONS}. */
export type Transition = (typeof TRANSITIONS)[number];

/** Frames at full length: half a second to dissolve, a third of a second on each side of the black of a fade. */
const FULL_LENGTH = { cut: 0, fade: 8, dissolve: 12 } as const satisfies Record<Transition, number>;

/**
 * Returns the length of a transition between two scenes, in frames of each of them.
 * It takes at most a quarter of either scene, so that a short scene is still seen.
 */
export function transitionFrames(kind: Transition, scenes: readonly [number, number], pace: number): number {
  return Math.min(Math.round(FULL_LENGTH[kind] * pace), Math.floor(Math.min(...scenes) / 4));
}

/**
 * Returns the opacity of the incoming picture at a frame of a transition: above 0 in its first, below 1 in its last.
 */
export function mix(frame: number, frames: number): number {
  if (frame >= frames) return 1;
  const linear = (frame + 1) / (frames + 1);
  return linear * linear * (3 - 2 * linear);
}
