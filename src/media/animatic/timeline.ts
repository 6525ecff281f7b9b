import type { AnimaticScene } from "./spec.ts";
import { type Transition, transitionFrames } from "./transition.ts";

/** Frames per second of every animatic. */
export const FPS = 24;

/** A scene on the clock of frames. */
export interface TimedScene {
  scene: AnimaticScene;
  /** The first frame of the scene. */
  start: number;
  /** How many frames the scene has; a scene of a tenth of a second has two or three. */
  frames: number;
  /** How the picture comes into this scene, and for how many of its first frames. */
  enter: { kind: Transition; frames: number };
  /** How the picture leaves it: for a fade its last frames darken; in a dissolve it goes on below the next scene. */
  leave: { kind: Transition; frames: number };
}

/**
 * Scenes in frames. Each boundary is rounded by itself, so no error adds up: the whole is within half a frame of the
 * storyboard's duration, and so is every cut.
 */
export function timeline(scenes: readonly AnimaticScene[]): TimedScene[] {
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
      // There is nothing before the first scene to dissolve from: it opens from black.
      enter: before
        ? { kind, frames: transitionFrames(kind, before.frames, span.frames) }
        : kind === "cut"
          ? cut
          : { kind: "fade", frames: transitionFrames("fade", span.frames, span.frames) },
      leave: after ? { kind: next, frames: transitionFrames(next, span.frames, after.frames) } : cut,
    };
  });
}

/** The frames of the whole video. */
export function totalFrames(scenes: readonly TimedScene[]): number {
  const last = scenes.at(-1);
  return last ? last.start + last.frames : 0;
}
