import sharp, { type Sharp, type SharpOptions } from "sharp";
import { type ApngFrame, apngFrames } from "./apng.ts";
import { type PngChunk, pngChunks, pngOf } from "./png_chunks.ts";
import { COLOR_CHUNKS, colorProfile } from "./png_color.ts";

/**
 * Opens a PNG as browsers show it: with the colours of all of its colour chunks, and with the first picture
 * of its animation, which may differ from the one that the image library reads.
 */
export async function openPng(bytes: Uint8Array, options: PngOptions): Promise<Sharp> {
  const chunks = [...pngChunks(bytes)];
  const header = chunks[0]?.type === "IHDR" && chunks[0].data.length === 13 ? chunks[0].data : null;
  if (!header || header.readUInt32BE(0) * header.readUInt32BE(4) > options.limitInputPixels)
    return sharp(bytes, options);
  const before = chunks.slice(
    1,
    Math.max(
      1,
      chunks.findIndex(({ type }) => type === "IDAT"),
    ),
  );
  const isGrey = ((header[9] ?? 0) & 2) === 0;
  const isGrey16 = isGrey && header[8] === 16;
  // The library cannot convert grey of 16 bits, so that becomes RGB first.
  const profile = colorProfile(before, isGrey && !isGrey16);
  const frame = hiddenFirstFrame(chunks);
  if (!profile && !frame) return sharp(bytes, options);

  const kept = before.filter(({ type }) => type !== "acTL" && !(profile && COLOR_CHUNKS.has(type)));
  const pixels = frame
    ? [{ type: "IDAT", data: Buffer.concat(frame.data) }]
    : chunks.filter(({ type }) => type === "IDAT");
  const size = frame ? { width: frame.width, height: frame.height } : null;
  const parts: PngChunk[] = [{ type: "IHDR", data: size ? resized(header, size) : header }];
  if (profile && !isGrey16) parts.push(profile);
  const plain = pngOf([...parts, ...kept, ...pixels, { type: "IEND", data: Buffer.alloc(0) }]);
  const still = profile && isGrey16 ? await inColor(plain, profile, options) : plain;
  return frame ? await placed(sharp(still, options), frame, header) : sharp(still, options);
}

/** The options for reading a PNG with the image library. */
export interface PngOptions extends SharpOptions {
  readonly limitInputPixels: number;
}

/**
 * Returns the first frame of an animation whose default image is no part of it: no `fcTL` stands before `IDAT` (PNG,
 * third edition, section 11.3.6).
 */
function hiddenFirstFrame(chunks: readonly PngChunk[]): ApngFrame | null {
  const isDefault = ({ type }: PngChunk) => type === "fcTL" || type === "IDAT";
  if (chunks.find(isDefault)?.type !== "IDAT") return null;
  const [first] = apngFrames(chunks);
  return first ?? null;
}

function resized(header: Buffer, { width, height }: { width: number; height: number }): Buffer {
  const copy = Buffer.from(header);
  copy.writeUInt32BE(width, 0);
  copy.writeUInt32BE(height, 4);
  return copy;
}

async function inColor(png: Buffer, profile: PngChunk, options: SharpOptions): Promise<Buffer> {
  const [header, ...rest] = pngChunks(await sharp(png, options).toColourspace("srgb").png().toBuffer());
  return header ? pngOf([header, profile, ...rest.filter(({ type }) => !COLOR_CHUNKS.has(type))]) : png;
}

/** Places a frame that is smaller than its canvas on a transparent one. */
async function placed(picture: Sharp, { left, top, width, height }: ApngFrame, canvas: Buffer): Promise<Sharp> {
  const [right, bottom] = [canvas.readUInt32BE(0) - left - width, canvas.readUInt32BE(4) - top - height];
  if (left + top + right + bottom === 0) return picture;
  const background = { r: 0, g: 0, b: 0, alpha: 0 };
  const bytes = await picture.ensureAlpha().extend({ left, top, right, bottom, background }).png().toBuffer();
  return sharp(bytes);
}
