import type { Platform, Resolution, VideoFormat } from "../video_shape.ts";
import { safeZone } from "./safe_zones.ts";

/** A rectangle in pixels. */
export interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** The size of a picture in pixels. */
export interface Size {
  width: number;
  height: number;
}

/** The text areas of a frame. */
export interface Layout extends Size {
  /** A 720th of the shorter side: every size in the design is a multiple of it, so all resolutions look alike. */
  unit: number;
  /** The area that no screen crops and no button of a player or social app covers. */
  safe: Box;
  /** The widest and highest caption over a picture. */
  caption: Size;
}

/** A frame in two parts, a picture and a panel with text beside or below it. */
export interface Split {
  picture: Box;
  panel: Box;
  /** The area of the text within the panel and the safe zone. */
  text: Box;
}

const SHORT_SIDE = { "480p": 480, "720p": 720, "1080p": 1080 } as const satisfies Record<Resolution, number>;

/**
 * Returns the frame size of a video in pixels: the resolution is that of the shorter side.
 * Both sides are even, because 4:2:0 chroma has half the lines and columns.
 */
export function frameSize(format: VideoFormat, resolution: Resolution): Size {
  const short = SHORT_SIDE[resolution];
  const long = 2 * Math.round((short * 16) / 9 / 2);
  if (format === "1:1") return { width: short, height: short };
  if (format === "4:5") return { width: short, height: 2 * Math.round((short * 5) / 4 / 2) };
  return format === "16:9" ? { width: long, height: short } : { width: short, height: long };
}

/** Returns the text areas of a frame, inside the safe zone of its platform. */
export function layoutOf(size: Size, shape: { format: VideoFormat; platform: Platform }): Layout {
  const { width, height } = size;
  const unit = Math.min(width, height) / 720;
  const safe = safeZone(size, shape);
  const caption = {
    width: Math.round(Math.min(safe.width, 960 * unit)),
    height: Math.round(height * (height > width ? 0.2 : 0.27)),
  };
  return { width, height, unit, safe, caption };
}

/** The share of a wide frame that a tall picture takes beside its text. */
const BESIDE = 0.5;

/**
 * Splits a frame into a picture and a panel: side by side for a tall picture in a wide frame, else the text below.
 *
 * @param lineHeight of the caption, in pixels
 */
export function splitOf(layout: Layout, { isTall, lineHeight }: { isTall: boolean; lineHeight: number }): Split {
  const { width, height, unit, safe } = layout;
  if (isTall && width > height) {
    const x = Math.round(width * BESIDE);
    const right = x - Math.round(40 * unit);
    return {
      picture: { x, y: 0, width: width - x, height },
      panel: { x: 0, y: 0, width: x, height },
      text: { x: safe.x, y: safe.y, width: right - safe.x, height: safe.height },
    };
  }
  const gap = Math.round(26 * unit);
  const lines = width > height ? 2 : 3;
  const textHeight = Math.min(Math.round(lines * lineHeight), Math.round(safe.height * 0.4));
  const textY = safe.y + safe.height - textHeight;
  const y = textY - gap;
  return {
    picture: { x: 0, y: 0, width, height: y },
    panel: { x: 0, y, width, height: height - y },
    text: { x: safe.x, y: textY, width: safe.width, height: textHeight },
  };
}
