import type { Canvas } from "@napi-rs/canvas";
import type { Size } from "../layout.ts";
import { contrast, css, type Rgb } from "../visuals/palette.ts";
import { pixels, readPicture } from "../visuals/picture.ts";
import type { Style } from "./card.ts";
import type { Still } from "./overlay.ts";
import { canvasOf } from "./typography.ts";

/** The logo of a brand. */
export interface Logo {
  /** The file, by which a scene that shows the logo itself is recognised. */
  readonly path: string;
  /** Draws it for the closing card. */
  large(style: Style): Canvas;
  /** Draws it as a small mark in the upper right corner of the safe zone. */
  bug(style: Style): Still;
}

/** The size of the mark and of the logo on the closing card, in units. */
const BUG: Size = { width: 104, height: 30 };
const LARGE: Size = { width: 420, height: 132 };
/** The contrast below which a pixel of a logo is lost, and the share of lost ones from which it needs a plate. */
const CLEAR = 2;
const LOST = 0.15;
const PAPER: Rgb = [255, 255, 255];
const NIGHT: Rgb = [16, 18, 23];

/**
 * Reads a logo in the size of a film's largest output.
 *
 * @throws the decoder's error for a file that is no readable image
 */
export async function readLogo(path: string, largest: number): Promise<Logo> {
  const picture = await readPicture(path);
  const size = inside(picture.size, { width: LARGE.width * largest, height: LARGE.height * largest });
  const art = await pixels(picture.pipeline().resize(size.width, size.height, { fit: "fill" }));
  const plate = lostShare(art, PAPER) <= lostShare(art, NIGHT) ? PAPER : NIGHT;
  return {
    path,
    large({ palette, layout }) {
      const box = inside(art, { width: LARGE.width * layout.unit, height: LARGE.height * layout.unit });
      const needsPlate = picture.isCutOut && lostShare(art, palette.ground) > LOST;
      return onPlate(art, box, { plate: needsPlate ? css(plate) : null, pad: 18 * layout.unit });
    },
    bug({ layout }) {
      const { unit, safe } = layout;
      const box = inside(art, { width: BUG.width * unit, height: BUG.height * unit });
      const canvas = onPlate(art, box, { plate: picture.isCutOut ? css(plate, 0.74) : null, pad: 8 * unit });
      const x = safe.x + safe.width - canvas.width;
      return { canvas, box: { x, y: safe.y, width: canvas.width, height: canvas.height } };
    },
  };
}

/** Returns the share of the visible pixels that do not stand out on a ground. */
function lostShare(art: Canvas, ground: Rgb): number {
  const { data } = art.getContext("2d").getImageData(0, 0, art.width, art.height);
  let [lost, visible] = [0, 0];
  const step = 4 * Math.max(1, Math.floor(data.length / 4 / 5000));
  for (let i = 0; i + 3 < data.length; i += step) {
    if ((data[i + 3] ?? 0) < 128) continue;
    visible++;
    if (contrast([data[i] ?? 0, data[i + 1] ?? 0, data[i + 2] ?? 0], ground) < CLEAR) lost++;
  }
  return lost / Math.max(1, visible);
}

function inside(size: Size, room: Size): Size {
  const scale = Math.min(room.width / size.width, room.height / size.height);
  return { width: Math.max(1, Math.round(size.width * scale)), height: Math.max(1, Math.round(size.height * scale)) };
}

function onPlate(art: Canvas, box: Size, { plate, pad }: { plate: string | null; pad: number }): Canvas {
  const room = plate === null ? 0 : Math.round(pad);
  const canvas = canvasOf({ width: box.width + 2 * room, height: box.height + 2 * room });
  const context = canvas.getContext("2d");
  context.imageSmoothingQuality = "high";
  context.beginPath();
  context.roundRect(0, 0, canvas.width, canvas.height, Math.min(pad, canvas.height / 4));
  if (plate !== null) {
    context.fillStyle = plate;
    context.fill();
  }
  context.clip();
  context.drawImage(art, room, room, box.width, box.height);
  return canvas;
}
