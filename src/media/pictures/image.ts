import sharp, { type Metadata, type Sharp } from "sharp";
import { type MediaFacts, mediaFacts, seconds } from "../facts.ts";
import { refusalOf, unreadable } from "../media_errors.ts";
import type { MediaFormat } from "../types.ts";
import { isGifCut } from "./gif.ts";
import { AS_LARGE_AS_USED, openPicture, PIXEL_LIMIT } from "./open_picture.ts";
import { frameDelay, pngChunks } from "./png_chunks.ts";

/** The maximum sum of an animation's pixels; beyond it only the first frame is decoded. */
const ANIMATION_PIXEL_LIMIT = 4 * PIXEL_LIMIT;

/**
 * Reads a raster image: size as displayed, duration of an animation.
 *
 * The pixels are really decoded, because the header alone does not reveal a truncated file.
 */
export async function readImage(path: string, format: MediaFormat): Promise<MediaFacts> {
  const what = `${format.toUpperCase()} image`;
  const bytes = await Bun.file(path).bytes();
  const meta = await metadata(bytes, what);
  if (meta.format !== format) throw unreadable(what);
  const pages = meta.pages ?? 1;
  const width = meta.autoOrient.width;
  const height = pages > 1 ? (meta.pageHeight ?? meta.autoOrient.height) : meta.autoOrient.height;
  if (width * height > PIXEL_LIMIT) {
    throw unreadable(what, `it has ${width} × ${height} pixels, more than the ${PIXEL_LIMIT} that are decoded`);
  }
  const delays = frameDelays(bytes, { format, what, delays: meta.delay });
  const isAnimated = pages > 1 && width * height * pages <= ANIMATION_PIXEL_LIMIT;
  await decode(() => (isAnimated ? animationOf(bytes) : openPicture(path, { drawing: AS_LARGE_AS_USED })), what);
  return mediaFacts(format, { width, height, duration: delays.length > 1 ? playingTime(delays) : null });
}

async function metadata(bytes: Uint8Array, what: string): Promise<Metadata> {
  try {
    return await sharp(bytes, { limitInputPixels: false, failOn: "error" }).metadata();
  } catch (error) {
    throw refusalOf(error, what);
  }
}

/**
 * Returns the milliseconds of each frame, and rejects a file that is cut between two frames, which the decoder accepts.
 */
function frameDelays(
  bytes: Uint8Array,
  { format, what, delays = [] }: { format: MediaFormat; what: string; delays?: number[] | undefined },
): number[] {
  if (format === "gif" && isGifCut(bytes)) throw unreadable(what);
  if (format !== "png") return delays;
  const chunks = [...pngChunks(bytes)];
  if (!chunks.some(({ type }) => type === "IEND")) throw unreadable(what);
  return chunks.flatMap((chunk) => frameDelay(chunk) ?? []);
}

function animationOf(bytes: Uint8Array): Sharp {
  return sharp(bytes, { limitInputPixels: false, failOn: "error", sequentialRead: true, animated: true });
}

async function decode(open: () => Sharp | Promise<Sharp>, what: string): Promise<void> {
  try {
    // Streams through the decoder row by row, with little memory.
    const picture = await open();
    await picture.resize({ width: 16, height: 16, fit: "fill" }).raw().toBuffer();
  } catch (error) {
    throw refusalOf(error, what);
  }
}

/** Returns the playing time as in browsers, which show a frame of at most 10 ms for 100 ms, in GIF and WebP alike. */
function playingTime(delays: readonly number[]): number | null {
  const milliseconds = delays.reduce((sum, delay) => sum + (delay <= 10 ? 100 : delay), 0);
  return seconds(milliseconds / 1000);
}
