import { writeFile } from "node:fs/promises";
import { AppError } from "../core/errors.ts";
import { writeError } from "../core/shortage.ts";
import { unreadable } from "./media_errors.ts";
import { AS_LARGE_AS_USED, openPicture } from "./pictures/open_picture.ts";
import { PICTURE_SIDE } from "./types.ts";

/**
 * Writes an image in the form that videos use: a PNG in sRGB, upright, of at most 2,560 px in its larger side. A
 * drawing is scaled up to that, everything else is never enlarged. Only for the media process.
 *
 * @throws {AppError} `media_unreadable` if it cannot be decoded; `unavailable` if the disk fails
 */
export async function makePicture(path: string, outPath: string): Promise<void> {
  const bytes = await pixelsOf(path);
  try {
    await writeFile(outPath, bytes, { mode: 0o600 });
  } catch (error) {
    throw writeError("the picture", error);
  }
}

async function pixelsOf(path: string): Promise<Buffer> {
  try {
    const picture = await openPicture(path, { drawing: AS_LARGE_AS_USED });
    return await picture
      .resize({ width: PICTURE_SIDE, height: PICTURE_SIDE, fit: "inside", withoutEnlargement: true })
      .toColourspace("srgb")
      .png({ compressionLevel: 2 })
      .toBuffer();
  } catch (error) {
    throw error instanceof AppError ? error : unreadable("image");
  }
}
