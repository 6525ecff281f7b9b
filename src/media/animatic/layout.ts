import type { Resolution, VideoFormat } from "../video_shape.ts";

/** A rectangle in pixels. */
export interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** Pixels of a picture. */
export interface Size {
  width: number;
  height: number;
}

/** Where text may stand in a frame, and in what size. */
export interface Layout extends Size {
  /** A 720th of the shorter side: every size in the design is a multiple of it, so all resolutions look alike. */
  unit: number;
  /** Inside it nothing is cut off by a screen or covered by a player's or a social app's buttons. */
  safe: Box;
  /** The room of the caption; its text stands at the bottom of it. */
  caption: Box;
  /** Where the caption stands instead when the foot of a picture is busy: below the slate, its text at the top of it. */
  captionAbove: Box;
  /** Font size of a caption that fits, and the smallest that is legible: longer text is shown page by page. */
  captionSize: { max: number; min: number };
}

/** Pixels of the smallest caption: a small phone shows 480 lines at half of their size or less. */
const SMALLEST_CAPTION = 20;

const SHORT_SIDE = { "480p": 480, "720p": 720, "1080p": 1080 } as const satisfies Record<Resolution, number>;

/**
 * The frame of a video in pixels: the resolution names the shorter side.
 * Both sides are even, because 4:2:0 chroma has half the lines and columns.
 */
export function frameSize(format: VideoFormat, resolution: Resolution): Size {
  const short = SHORT_SIDE[resolution];
  const long = 2 * Math.round((short * 16) / 9 / 2);
  if (format === "1:1") return { width: short, height: short };
  return format === "16:9" ? { width: long, height: short } : { width: short, height: long };
}

/** The text areas of a frame. Margins follow EBU R 95 (5 %); upright video leaves more below, where apps put buttons. */
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
