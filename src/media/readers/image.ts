import sharp, { type Metadata } from "sharp";
import { type MediaFacts, mediaFacts, seconds } from "../facts.ts";
import { unreadable } from "../refusal.ts";
import type { MediaFormat } from "../types.ts";
import { isGifCut } from "./gif.ts";

/** The largest picture that is decoded, in pixels: libvips' own limit, 16,383 squared. */
export const PIXEL_LIMIT = 0x3fff * 0x3fff;

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
  const { width, height } = meta.autoOrient;
  const pages = meta.pages ?? 1;
  const pageHeight = meta.pageHeight ?? height;
  if (width * pageHeight > PIXEL_LIMIT) {
    throw unreadable(what, `it has ${width} × ${pageHeight} pixels, more than the ${PIXEL_LIMIT} that are decoded`);
  }
  if (format === "gif" && isGifCut(await Bun.file(path).bytes())) throw unreadable(what);
  const animated = pages > 1 && width * pageHeight * pages <= ANIMATION_PIXEL_LIMIT;
  await decode(path, { what, animated });
  return mediaFacts(format, {
    width,
    height: pages > 1 ? pageHeight : height,
    duration: pages > 1 ? playingTime(meta.delay) : null,
  });
}

async function metadata(path: string, what: string): Promise<Metadata> {
  try {
    return await sharp(path, { limitInputPixels: false, failOn: "error" }).metadata();
  } catch {
    throw unreadable(what);
  }
}

async function decode(path: string, { what, animated }: { what: string; animated: boolean }): Promise<void> {
  try {
    // Streams through the decoder row by row, and keeps next to nothing.
    await sharp(path, { limitInputPixels: false, failOn: "error", sequentialRead: true, animated })
      .resize({ width: 16, height: 16, fit: "fill", kernel: "nearest" })
      .raw()
      .toBuffer();
  } catch {
    throw unreadable(what);
  }
}

/** Browsers play a frame of at most 10 ms for 100 ms, in GIF and WebP alike. */
function playingTime(delays: readonly number[] | undefined): number | null {
  const milliseconds = (delays ?? []).reduce((sum, delay) => sum + (delay <= 10 ? 100 : delay), 0);
  return seconds(milliseconds / 1000);
}
