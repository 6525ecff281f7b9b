import sharp, { type Metadata } from "sharp";
import { type MediaFacts, mediaFacts, seconds } from "../facts.ts";
import { PIXEL_LIMIT } from "../open_picture.ts";
import { unreadable } from "../refusal.ts";
import type { MediaFormat } from "../types.ts";
import { isGifCut } from "./gif.ts";
import { walkPng } from "./png.ts";

/** Frames of an animation beyond this sum of pixels are not decoded, only the first one. */
const ANIMATION_PIXEL_LIMIT = 4 * PIXEL_LIMIT;

/**
 * Reads a raster image: size as displayed, duration of an animation.
 *
 * The pixels are really decoded, because the header alone says nothing of a truncated file.
 */
export async function readImage(path: string, format: MediaFormat): Promise<MediaFacts> {
  const what = `${format.toUpperCase()} image`;
  const meta = await metadata(path, what);
  if (meta.format !== format) throw unreadable(what);
  const pages = meta.pages ?? 1;
  const width = meta.autoOrient.width;
  const height = pages > 1 ? (meta.pageHeight ?? meta.autoOrient.height) : meta.autoOrient.height;
  if (width * height > PIXEL_LIMIT) {
    throw unreadable(what, `it has ${width} × ${height} pixels, more than the ${PIXEL_LIMIT} that are decoded`);
  }
  const delays = await frameDelays(path, { format, what, delays: meta.delay });
  await decode(path, { what, animated: pages > 1 && width * height * pages <= ANIMATION_PIXEL_LIMIT });
  return mediaFacts(format, { width, height, duration: delays.length > 1 ? playingTime(delays) : null });
}

async function metadata(path: string, what: string): Promise<Metadata> {
  try {
    return await sharp(path, { limitInputPixels: false, failOn: "error" }).metadata();
  } catch {
    throw unreadable(what);
  }
}

/** Milliseconds of each frame; on the way it refuses what is cut between two frames, which the decoder accepts. */
async function frameDelays(
  path: string,
  { format, what, delays = [] }: { format: MediaFormat; what: string; delays?: number[] | undefined },
): Promise<number[]> {
  if (format === "gif" && isGifCut(await Bun.file(path).bytes())) throw unreadable(what);
  if (format !== "png") return delays;
  const png = walkPng(await Bun.file(path).bytes());
  if (!png.whole) throw unreadable(what);
  return png.delays;
}

async function decode(path: string, { what, animated }: { what: string; animated: boolean }): Promise<void> {
  try {
    // Streams through the decoder row by row, and keeps next to nothing.
    await sharp(path, { limitInputPixels: false, failOn: "error", sequentialRead: true, animated })
      .resize({ width: 16, height: 16, fit: "fill" })
      .raw()
      .toBuffer();
  } catch {
    throw unreadable(what);
  }
}

/** Browsers play a frame of at most 10 ms for 100 ms, in GIF and WebP alike. */
function playingTime(delays: readonly number[]): number | null {
  const milliseconds = delays.reduce((sum, delay) => sum + (delay <= 10 ? 100 : delay), 0);
  return seconds(milliseconds / 1000);
}
