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

/** A displacement of a text while it enters. */
export interface Entrance {
  /** Pixels below its place. */
  rise: number;
  /** Its size as a multiple, around its middle. */
  scale: number;
}

/** Draws a still over the frame with an opacity from 0 to 1. */
export function composite(context: SKRSContext2D, { canvas, box }: Still, opacity = 1, entrance?: Entrance): void {
  if (opacity <= 0) return;
  const { rise, scale } = entrance ?? { rise: 0, scale: 1 };
  const [width, height] = [canvas.width * scale, canvas.height * scale];
  context.globalAlpha = Math.min(1, opacity);
  if (scale === 1) context.drawImage(canvas, box.x, box.y + rise);
  else
    context.drawImage(
      canvas,
      box.x + (canvas.width - width) / 2,
      box.y + rise + (canvas.height - height) / 2,
      width,
      height,
    );
  context.globalAlpha = 1;
}
