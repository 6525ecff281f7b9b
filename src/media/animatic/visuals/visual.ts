import type { SKRSContext2D } from "@napi-rs/canvas";
import type { Box, Size } from "../layout.ts";
import type { Ground } from "../text/caption.ts";
import { type Sample, sampleOf } from "./calm.ts";
import { type CameraMove, eased, viewAt } from "./camera.ts";
import type { Palette } from "./palette.ts";
import type { Plate } from "./picture.ts";
import type { Point } from "./subject.ts";

/** A moving picture that fills the frame: a still under the camera, a clip, or a row of them. */
export interface Visual {
  /** The ground of a caption at its foot. */
  ground: Ground;
  /** Small copies of the picture, to find a calm area for a caption; empty if it is calm everywhere. */
  samples: readonly Sample[];
  /** Draws a frame, counted from 0 at the visual's own start; frames are drawn in order. */
  draw(context: SKRSContext2D, frame: number): Promise<void>;
  /** Releases its pixels. */
  close(): void;
}

/** An opened asset, decoded once and shown in the shape of each output. */
export interface Footage {
  /** Pixels of its picture. */
  readonly size: Size;
  /** True for a logo or cut-out product, which stands on a ground of its own. */
  readonly isCutOut: boolean;
  /** Returns true if it fills a frame without losing its subject. */
  fills(frame: Size): boolean;
  /** Creates its picture for an output. The visuals of several outputs are drawn frame by frame, all at the same frame. */
  visual(stage: VisualStage): Promise<Visual>;
  /** Releases decoders; its visuals cannot be drawn any more. */
  close(): void;
}

/** The needs of one output for a picture. */
export interface VisualStage {
  frame: Size;
  /** Frames of the video that show it. */
  frames: number;
  palette: Palette;
  /** The move of the camera on a still, and how softly it starts and ends, 0 to 1. */
  move: CameraMove;
  ease: number;
  /** The part of the frame in which a cut-out stands; all of it by default. */
  area?: Box;
}

/** Creates a visual of a plate with a camera move over a number of frames. */
export function stillVisual(
  { canvas: plate, ground }: Pick<Plate, "canvas" | "ground">,
  move: CameraMove,
  {
    frame: size,
    frames,
    ease,
    plain = false,
    focus,
  }: { frame: Size; frames: number; ease: number; plain?: boolean; focus?: Point | undefined },
): Visual {
  const show = (context: SKRSContext2D, moment: number): void => {
    const view = viewAt(move, eased(moment, ease));
    const [w, h] = [plate.width / view.zoom, plate.height / view.zoom];
    const [x, y] = [view.x * plate.width - w / 2, view.y * plate.height - h / 2];
    context.drawImage(plate, x, y, w, h, 0, 0, size.width, size.height);
  };
  return {
    ground,
    samples: plain
      ? []
      : [0, 0.5, 1].map((at) => {
          return { canvas: sampleOf(size, (context) => show(context, at)), focus: focus && focusAt(move, at, focus) };
        }),
    draw(context, frame) {
      show(context, frame / Math.max(1, frames - 1));
      return Promise.resolve();
    },
    close() {
      // Skia frees the pixels with the canvas: shrinking it does so now rather than at some later collection.
      plate.width = 1;
      plate.height = 1;
    },
  };
}

/** Returns the position of a point of the plate in the frame. */
function focusAt(move: CameraMove, at: number, { x, y }: Point): Point {
  const view = viewAt(move, at);
  return { x: 0.5 + (x - view.x) * view.zoom, y: 0.5 + (y - view.y) * view.zoom };
}
