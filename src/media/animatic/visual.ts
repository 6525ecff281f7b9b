import type { SKRSContext2D } from "@napi-rs/canvas";
import { type CameraMove, viewAt } from "./camera.ts";
import type { Ground } from "./caption.ts";
import type { Plate } from "./picture.ts";

/** A moving picture that fills the frame: a still under the camera, a clip, or a row of them. */
export interface Visual {
  /** What a caption at its foot stands on. */
  ground: Ground;
  /** Draws a frame, counted from 0 at the visual's own start; frames are asked for in order. */
  draw(context: SKRSContext2D, frame: number): Promise<void>;
  /** Lets go of decoders and pixels. */
  close(): void;
}

/** A plate with the camera travelling on it for a number of frames. */
export function stillVisual({ canvas: plate, ground }: Plate, move: CameraMove, frames: number): Visual {
  return {
    ground,
    draw(context, frame) {
      const view = viewAt(move, frame / Math.max(1, frames - 1));
      const { width, height } = context.canvas;
      const [w, h] = [plate.width / view.zoom, plate.height / view.zoom];
      context.drawImage(plate, view.x * plate.width - w / 2, view.y * plate.height - h / 2, w, h, 0, 0, width, height);
      return Promise.resolve();
    },
    close() {
      // Skia frees the pixels with the canvas: shrinking it does so now rather than at some later collection.
      plate.width = 1;
      plate.height = 1;
    },
  };
}
