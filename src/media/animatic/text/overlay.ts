import type { Canvas, SKRSContext2D } from "@napi-rs/canvas";
import type { Box } from "../layout.ts";

/** A layer that stands still for its whole scene: drawn once, then only composited. */
export interface Still {
  canvas: Canvas;
  /** Where it lies in the frame; as small as its content, because compositing costs by the pixel. */
  box: Box;
  /** Whether text of it was cut with an ellipsis. */
  cut?: boolean;
}

/** Lays a still over the frame, 0 (clear) to 1 (as it is). */
export function composite(context: SKRSContext2D, { canvas, box }: Still, opacity = 1): void {
  if (opacity <= 0) return;
  context.globalAlpha = Math.min(1, opacity);
  context.drawImage(canvas, box.x, box.y);
  context.globalAlpha = 1;
}
