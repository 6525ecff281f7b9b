import type { Resolution, VideoFormat } from "../video_shape.ts";

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

/** The text areas of a frame and their font sizes. */
export interface Layout extends Size {
  /** A 720th of the shorter side: every size in the design is a multiple of it, so all resolutions look alike. */
  unit: number;
  /** The area that no screen crops and no button of a player or social app covers. */
  safe: Box;
  /** The caption area; text is aligned to its bottom. */
  caption: Box;
  /** The alternative caption area for a picture with a busy foot: below the slate, with text aligned to its top. */
  captionAbove: Box;
  /** The font size of a caption that fits, and the smallest legible one: longer text is split into pages. */
  captionSize: { max: number; min: number };
}

/** The smallest caption in pixels: a small phone shows 480 lines at half of their size or less. */
const SMALLEST_CAPTION = 20;

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

/**
 * Returns the text areas of a frame. Margins follow EBU R 95 (5 %); upright video leaves more room below, for buttons
 * of apps.
 */
export function layoutOf({ width, height }: Size): Layout {
  const unit = Math.min(width, height) / 720;
  const upright = height > width;
  const side = Math.round(width * (upright ? 0.075 : 0.055));
  const top = Math.round(height * (upright ? 0.07 : 0.055));
  const bottom = Math.round(height * (upright ? 0.14 : 0.065));
  const safe = { x: side, y: top, width: width - 2 * side, height: height - top - bottom };
  const captionWidth = Math.round(Math.min(safe.width, 960 * unit));
  const captionHeight = Math.round(height * (upright ? 0.22 : 0.27));
  return {
    width,
    height,
    unit,
    safe,
    caption: {
      x: Math.round((width - captionWidth) / 2),
      y: safe.y + safe.height - captionHeight,
      width: captionWidth,
      height: captionHeight,
    },
    captionAbove: {
      x: Math.round((width - captionWidth) / 2),
      y: Math.round(safe.y + 46 * unit),
      width: captionWidth,
      height: captionHeight,
    },
    captionSize: { max: 40 * unit, min: Math.max(SMALLEST_CAPTION, 27 * unit) },
  };
}
