import type { AnimaticScene } from "./spec.ts";
import { type Transition, transitionFrames } from "./transition.ts";

/** Frames per second of every animatic. */
export const FPS = 24;

/** A scene with its timing in frames. */
export interface TimedScene {
  scene: AnimaticScene;
  /** The first frame of the scene. */
  start: number;
  /** The number of frames; a scene of a tenth of a second has two or three. */
  frames: number;
  /** The transition into this scene, and how many of its first frames that takes. */
  enter: { kind: Transition; frames: number };
  /** The transition out of it: for a fade its last frames darken; in a dissolve it continues below the next scene. */
  leave: { kind: Transition; frames: number };
}

/**
 * Converts scenes to frames. Each boundary is rounded by itself, so no error adds up: the whole is within half a frame
 * of the storyboard's duration, and so is every cut.
 *
 * @param pace the length of transitions, as a multiple of the usual one
 */
export function timeline(scenes: readonly AnimaticScene[], pace = 1): TimedScene[] {
  let tenths = 0;
  const spans = scenes.map((scene) => {
    const start = Math.round((tenths * FPS) / 10);
    tenths += scene.durationTenths;
    return { scene, start, frames: Math.round((tenths * FPS) / 10) - start };
  });
  const cut = { kind: "cut", frames: 0 } as const;
  return spans.map((span, index) => {
    const before = spans[index - 1];
    const after = spans[index + 1];
    const kind = span.scene.transition;
    const next = after ? after.scene.transition : "cut";
    return {
      ...span,
      // The first scene has no predecessor to dissolve from: it opens from black.
      enter: before
        ? { kind, frames: transitionFrames(kind, [before.frames, span.frames], pace) }
        : kind === "cut"
          ? cut
          : { kind: "fade", frames: transitionFrames("fade", [span.frames, span.frames], pace) },
      leave: after ? { kind: next, frames: transitionFrames(next, [span.frames, after.frames], pace) } : cut,
    };
  });
}

/** Returns the number of frames of the whole video. */
export function totalFrames(scenes: readonly TimedScene[]): number {
  const last = scenes.at(-1);
  return last ? last.start + last.frames : 0;
}
