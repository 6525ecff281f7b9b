import { rm } from "node:fs/promises";
import sharp, { type Sharp } from "sharp";
import { asUnavailable, isPassing } from "../core/shortage.ts";
import { detectFormat } from "./detect.ts";
import type { ThumbnailFacts } from "./facts.ts";
import { firstGoodFrame } from "./film/video_frame.ts";
import { fontSpecimen } from "./fonts/font.ts";
import { openPicture } from "./pictures/open_picture.ts";
import { MEDIA_TYPES, THUMBNAIL_SIZE } from "./types.ts";

/**
 * Writes a WebP of at most 640 px in its larger dimension, never enlarged, and returns its size.
 *
 * Returns `null` and leaves no file if none can be made: sounds, documents, AVI, an unsupported codec.
 * Like {@linkcode inspectFile}, only for the media process.
 *
 * @throws {AppError} `unavailable` if this machine lacked a resource
 */
export async function makeThumbnail(path: string, outPath: string): Promise<ThumbnailFacts | null> {
  try {
    const picture = await pictureOf(path);
    if (!picture) return null;
    const { width, height } = await picture
      .resize({ width: THUMBNAIL_SIZE, height: THUMBNAIL_SIZE, fit: "inside", withoutEnlargement: true })
      .webp({ quality: 80, effort: 3, smartSubsample: true })
      .toFile(outPath);
    return { width, height };
  } catch (error) {
    await rm(outPath, { force: true });
    if (isPassing(error)) throw asUnavailable(error, "make a thumbnail");
    return null;
  }
}

async function pictureOf(path: string): Promise<Sharp | null> {
  const format = await detectFormat(path);
  switch (MEDIA_TYPES[format].kind) {
    case "image":
      return openPicture(path, { drawing: { side: THUMBNAIL_SIZE, enlarge: false } });
    case "video":
      if (format === "avi") return null;
      return firstGoodFrame(path, ({ width, height }) => THUMBNAIL_SIZE / Math.max(width, height));
    case "font":
      return sharp(fontSpecimen(path));
    default:
      return null;
  }
}
