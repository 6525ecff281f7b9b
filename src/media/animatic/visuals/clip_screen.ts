import { type Canvas, ImageData } from "@napi-rs/canvas";
import type { VideoFrame } from "@napi-rs/webcodecs";
import type { InputVideoTrack } from "mediabunny";
import { createPixelReader } from "../../film/frame_pixels.ts";
import { halved, halvingsFor, visibleSize } from "../../film/frame_planes.ts";
import { canvasOf } from "../text/typography.ts";

/** The last shown frame of a clip. */
export interface Screen {
  /** True until the first frame was shown. */
  readonly blank: boolean;
  /** The last shown frame, upright and with square pixels. */
  readonly picture: Canvas;
  show(frame: VideoFrame | null, alpha: VideoFrame | null): Promise<void>;
}

/**
 * Creates a canvas for frames: upright as the file declares, with square pixels, and halved as long as it is as large
 * as it is shown at `scale`.
 */
export function createScreen(
  track: Pick<InputVideoTrack, "displayWidth" | "displayHeight" | "rotation">,
  { flip, scale }: { flip: boolean; scale: number },
): Screen {
  const { rotation } = track;
  const reader = createPixelReader();
  const halvings = halvingsFor(scale);
  let shown: VideoFrame | null = null;
  let raw = canvasOf({ width: 1, height: 1 });
  let upright = canvasOf({ width: 1, height: 1 });
  let plain = true;
  return {
    get blank() {
      return shown === null;
    },
    get picture() {
      return plain ? raw : upright;
    },
    async show(frame, alpha) {
      if (!frame || frame === shown) return;
      const pixels = await reader.read(frame, halvings);
      if (alpha) await reader.readAlpha(alpha, pixels);
      shown = frame;
      const { width, height, data } = pixels;
      raw = sized(raw, pixels);
      raw.getContext("2d").putImageData(new ImageData(data, width, height), 0, 0);
      if (alpha) onGround(raw);
      const times = width === visibleSize(frame).width ? 0 : halvings;
      const displayed = { width: halved(track.displayWidth, times), height: halved(track.displayHeight, times) };
      plain = rotation === 0 && !flip && width === displayed.width && height === displayed.height;
      if (plain) return;
      upright = sized(upright, displayed);
      turn(raw, upright, { degrees: rotation, flip });
    },
  };
}

function sized(canvas: Canvas, size: { width: number; height: number }): Canvas {
  return canvas.width === size.width && canvas.height === size.height ? canvas : canvasOf(size);
}

function turn(raw: Canvas, upright: Canvas, { degrees, flip }: { degrees: number; flip: boolean }): void {
  const context = upright.getContext("2d");
  const sideways = degrees % 180 !== 0;
  const [width, height] = sideways ? [upright.height, upright.width] : [upright.width, upright.height];
  context.save();
  context.translate(upright.width / 2, upright.height / 2);
  // Rotated first, then mirrored.
  if (flip) context.scale(-1, 1);
  context.rotate((degrees * Math.PI) / 180);
  context.drawImage(raw, -width / 2, -height / 2, width, height);
  context.restore();
}

/** The background of a film's transparent parts, as light as the page of a browser. */
const GROUND = "rgb(246, 245, 242)";

/** Fills the transparent parts of a picture. */
export function onGround(picture: Canvas): void {
  const context = picture.getContext("2d");
  context.save();
  context.globalCompositeOperation = "destination-over";
  context.fillStyle = GROUND;
  context.fillRect(0, 0, picture.width, picture.height);
  context.restore();
}
