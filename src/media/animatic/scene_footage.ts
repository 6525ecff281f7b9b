import type { Size } from "./layout.ts";
import { roomFor, slots } from "./sequence.ts";
import type { AnimaticAsset } from "./spec.ts";
import { FPS, type TimedScene } from "./timeline.ts";
import { titleOf, unusableReason } from "./unusable.ts";
import { openAnimation } from "./visuals/animation.ts";
import { openClip } from "./visuals/clip.ts";
import { openStill } from "./visuals/still.ts";
import type { Footage } from "./visuals/visual.ts";

/** The options of {@linkcode openFootage}. */
export interface FootageOptions {
  /** The frame sizes of all outputs. */
  sizes: readonly Size[];
  /** Receives a sentence for each problem. */
  warn: (message: string) => void;
  /** Opens the assets for a single picture. */
  bare?: boolean;
}

/** Returns the number of frames in which a scene is seen: a dissolve into the next scene shows it beyond its own. */
export function seenFrames({ frames, leave }: TimedScene): number {
  return frames + (leave.kind === "dissolve" ? leave.frames : 0);
}

/** Opens the assets that a scene has time to show. One that cannot be read becomes a warning, never an error. */
export async function openFootage(timed: TimedScene, options: FootageOptions): Promise<Footage[]> {
  const seen = seenFrames(timed);
  const wanted = timed.scene.assets.filter(({ kind }) => kind !== "audio").slice(0, roomFor(timed.frames));
  const plan = slots(seen, wanted.length);
  const opened: Footage[] = [];
  for (const [index, asset] of wanted.entries()) {
    try {
      opened.push(await openAsset(asset, { ...options, frames: plan[index]?.frames ?? seen }));
    } catch (error) {
      const noun = asset.kind === "image" ? "image" : "video";
      options.warn(`${titleOf(noun, asset)} cannot be shown: ${unusableReason(error)}`);
    }
  }
  return opened;
}

async function openAsset(asset: AnimaticAsset, options: FootageOptions & { frames: number }): Promise<Footage> {
  const { frames, sizes, warn, bare = false } = options;
  const { focus } = asset;
  if (asset.kind === "video") {
    const onBroken = (error: unknown): void => warn(`${titleOf("video", asset)} stops early: ${unusableReason(error)}`);
    return await openClip(asset.path, { sizes, fps: FPS, focus, onBroken, still: bare });
  }
  if (asset.animation !== undefined && !bare) {
    const animation = await openAnimation(asset.animation, { sizes, fps: FPS, frames, focus, warn }).catch(
      (error: unknown) => {
        warn(`${titleOf("animation", asset)} stands still: ${unusableReason(error)}`);
        return null;
      },
    );
    if (animation) return animation;
  }
  return await openStill(asset.path, focus);
}
