import type { Canvas } from "@napi-rs/canvas";
import { mix } from "./transition.ts";
import type { Visual } from "./visuals/visual.ts";

/** Frames of the dissolve between two visuals of a scene. */
const BLEND = 8;
/** The minimum of frames for a visual, unless the scene itself is shorter. */
const SHORTEST = 26;

/** Returns the number of visuals that fit a scene of this many frames. */
export function roomFor(frames: number): number {
  return Math.max(1, Math.floor(frames / SHORTEST));
}

/**
 * Returns the first frame and the length of each of `count` visuals in a scene, each including the blend into the next.
 */
export function slots(frames: number, count: number): { start: number; frames: number }[] {
  return Array.from({ length: count }, (_, index) => {
    const start = Math.round((frames * index) / count);
    const end = Math.round((frames * (index + 1)) / count);
    return { start, frames: end - start + (index < count - 1 ? BLEND : 0) };
  });
}

/**
 * Combines several visuals of one scene, one after the other with a short dissolve.
 *
 * @param scratch a canvas of the frame's size, free to use while a frame is drawn
 */
export function sequence(visuals: { visual: Visual; start: number }[], scratch: Canvas): Visual {
  const [first] = visuals;
  const alike = visuals.every(({ visual }) => visual.ground === first?.visual.ground);
  return {
    ground: first && alike ? first.visual.ground : "picture",
    samples: visuals.flatMap(({ visual }) => visual.samples),
    async draw(context, frame) {
      const index = visuals.findLastIndex(({ start }) => start <= frame);
      const current = visuals[index];
      if (!current) return;
      const before = visuals[index - 1];
      const local = frame - current.start;
      if (!before || local >= BLEND) return await current.visual.draw(context, local);
      await before.visual.draw(context, frame - before.start);
      await current.visual.draw(scratch.getContext("2d"), local);
      context.globalAlpha = mix(local, BLEND);
      context.drawImage(scratch, 0, 0);
      context.globalAlpha = 1;
    },
    close() {
      for (const { visual } of visuals) visual.close();
    },
  };
}
