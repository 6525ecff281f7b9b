import type { Canvas } from "@napi-rs/canvas";
import type { Box, Size } from "../layout.ts";
import { canvasOf } from "../text/typography.ts";
import type { Point } from "./subject.ts";

/** A small copy of a frame, and its subject where a person set it. */
export interface Sample {
  canvas: Canvas;
  focus?: Point | undefined;
}

/** The larger side of a sample in pixels: enough for the features of a face, too few for grain. */
const SIDE = 160;

/** Draws a small copy of a frame, to find a calm area in it. */
export function sampleOf(frame: Size, draw: (context: ReturnType<Canvas["getContext"]>) => void): Canvas {
  const scale = SIDE / Math.max(frame.width, frame.height);
  const canvas = canvasOf({ width: frame.width * scale, height: frame.height * scale });
  const context = canvas.getContext("2d");
  context.imageSmoothingQuality = "high";
  context.scale(canvas.width / frame.width, canvas.height / frame.height);
  draw(context);
  return canvas;
}

/** Returns the busyness of an area: the mean difference of neighbouring pixels, 0 to 255, of the busiest sample. */
export function busyness(samples: readonly Canvas[], part: Box, frame: Size): number {
  return Math.max(0, ...samples.map((sample) => edges(sample, scaled(part, sample.width / frame.width))));
}

function scaled({ x, y, width, height }: Box, scale: number): Box {
  return {
    x: Math.round(x * scale),
    y: Math.round(y * scale),
    width: Math.max(2, Math.round(width * scale)),
    height: Math.max(2, Math.round(height * scale)),
  };
}

function edges(sample: Canvas, { x, y, width, height }: Box): number {
  const { data } = sample.getContext("2d").getImageData(x, y, width, height);
  const light = (column: number, row: number): number => {
    const at = 4 * (row * width + column);
    return 0.3 * (data[at] ?? 0) + 0.59 * (data[at + 1] ?? 0) + 0.11 * (data[at + 2] ?? 0);
  };
  let sum = 0;
  for (let row = 0; row < height - 1; row++) {
    for (let column = 0; column < width - 1; column++) {
      const here = light(column, row);
      sum += Math.abs(light(column + 1, row) - here) + Math.abs(light(column, row + 1) - here);
    }
  }
  return sum / ((height - 1) * (width - 1));
}
