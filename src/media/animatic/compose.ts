import type { Canvas, SKRSContext2D } from "@napi-rs/canvas";
import type { PreparedScene } from "./scene.ts";
import type { TimedScene } from "./timeline.ts";
import { mix } from "./transition.ts";

/** A scene that is being shown, with the scene before it. */
export interface Shown {
  timed: TimedScene;
  scene: PreparedScene;
  previous: { timed: TimedScene; scene: PreparedScene } | null;
}

/**
 * Draws one frame of the film: the scene, and its current transition.
 *
 * @param shown.layer a canvas of the frame's size that the scenes themselves do not use
 */
export async function composeFrame(
  context: SKRSContext2D,
  frame: number,
  { timed, scene, previous, layer }: Shown & { layer: Canvas },
): Promise<void> {
  const { enter, leave, frames } = timed;
  if (enter.kind === "dissolve" && frame < enter.frames && previous) {
    await scene.draw(layer.getContext("2d"), frame);
    await previous.scene.draw(context, previous.timed.frames + frame);
    context.globalAlpha = mix(frame, enter.frames);
    context.drawImage(layer, 0, 0);
    context.globalAlpha = 1;
    return;
  }
  await scene.draw(context, frame);
  if (enter.kind === "fade" && frame < enter.frames) darken(context, 1 - mix(frame, enter.frames));
  const left = frames - 1 - frame;
  if (leave.kind === "fade" && left < leave.frames) darken(context, 1 - mix(left, leave.frames));
}

function darken(context: SKRSContext2D, share: number): void {
  context.globalAlpha = share;
  context.fillStyle = "#000";
  context.fillRect(0, 0, context.canvas.width, context.canvas.height);
  context.globalAlpha = 1;
}
