import sharp, { type Sharp } from "sharp";
import { detectFormat } from "../detect.ts";
import { type MediaFormat, PICTURE_SIDE } from "../types.ts";
import { type DrawOptions, drawSvg } from "./draw_svg.ts";
import { openGif } from "./gif.ts";
import { openPng, type PngOptions } from "./open_png.ts";
import { parseSvg } from "./svg_document.ts";

/** The largest picture that is decoded, in pixels: libvips' own limit, 16,383 squared. */
export const PIXEL_LIMIT = 0x3fff * 0x3fff;

/** The largest drawn size of an SVG, which has no pixels of its own: for videos. */
export const AS_LARGE_AS_USED: DrawOptions = { side: PICTURE_SIDE, enlarge: true };

/**
 * Opens a still picture of any supported format, upright, as a browser shows it in an `<img>`: the only way from a
 * stored file to a picture. The decoder gets bytes and no path, so references in the file cannot be resolved.
 *
 * @param options.drawing the size of a drawing
 * @throws if the file is not a supported picture, or cannot be read
 */
export async function openPicture(path: string, { drawing }: { drawing: DrawOptions }): Promise<Sharp> {
  const format = await detectFormat(path);
  const bytes = await Bun.file(path).bytes();
  if (format === "svg") return drawSvg(parseSvg(bytes), drawing);
  if ((await sharp(bytes, { limitInputPixels: false }).metadata()).format !== format) {
    throw new Error(`Cannot open the picture: it is no ${format}`);
  }
  const options = { limitInputPixels: PIXEL_LIMIT, failOn: "error" } as const;
  const picture = await openRaster(bytes, format, options);
  return picture.autoOrient();
}

async function openRaster(bytes: Uint8Array, format: MediaFormat, options: PngOptions): Promise<Sharp> {
  if (format === "png") return await openPng(bytes, options);
  return format === "gif" ? await openGif(bytes, options) : sharp(bytes, options);
}
