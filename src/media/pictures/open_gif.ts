import sharp, { type Sharp, type SharpOptions } from "sharp";
import { firstGifFrame } from "./gif.ts";

/**
 * Opens a GIF as browsers show it before it plays: the area outside its first frame is transparent. The image library
 * makes it black if no colour of the GIF is transparent.
 */
export async function openGif(bytes: Uint8Array, options: SharpOptions): Promise<Sharp> {
  const picture = sharp(bytes, options);
  const frame = firstGifFrame(bytes);
  if (!frame || (await picture.metadata()).hasAlpha) return picture;
  const { left, top, width, height, canvas } = frame;
  const [right, bottom] = [canvas.width - left - width, canvas.height - top - height];
  if (left + top + right + bottom === 0 || right < 0 || bottom < 0) return picture;
  const background = { r: 0, g: 0, b: 0, alpha: 0 };
  const placed = picture.extract({ left, top, width, height }).ensureAlpha();
  return sharp(await placed.extend({ left, top, right, bottom, background }).png().toBuffer());
}
