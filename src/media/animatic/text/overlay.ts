import type { Canvas, SKRSContext2D } from "@napi-rs/canvas";
import type { Box } from "../layout.ts";

/** A static layer of a scene: drawn once, then only composited. */
export interface Still {
  canvas: Canvas;
  /** The position in the frame; as small as its content, because compositing costs by the pixel. */
  box: Box;
  /** True if its text was cut with an ellipsis. */
  cut?: boolean;
}

/** Draws a still over the frame with an opacity from 0 to 1. */
export function composite(context: SKRSContext2D, { canvas, box }: Still, opacity = 1): void {
  if (opacity <= 0) return;
  context.globalAlpha = Math.min(1, opacity);
  context.drawImage(canvas, box.x, box.y);
  context.globalAlpha = 1;
}
