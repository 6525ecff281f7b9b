import sharp, { type Sharp, type SharpOptions } from "sharp";

const [IMAGE, EXTENSION, TRAILER] = [0x2c, 0x21, 0x3b];

/**
 * Yields the positions of a GIF's pictures (GIF89a specification, sections 12 to 27) and returns true if the file ends
 * within a block. A player stops at an unknown block, so what follows is no part of the picture.
 */
function* gifPictures(bytes: Uint8Array): Generator<number, boolean> {
  let at = 13 + colorTableLength(bytes[10] ?? 0);
  while (at < bytes.length && bytes[at] !== TRAILER) {
    if (bytes[at] === IMAGE) {
      yield at;
      at += 11 + colorTableLength(bytes[at + 9] ?? 0);
    } else if (bytes[at] === EXTENSION) at += 2;
    else return false;
    while (at < bytes.length && bytes[at] !== 0) at += 1 + (bytes[at] ?? 0);
    if (at >= bytes.length) return true;
    at += 1;
  }
  return at > bytes.length;
}

function colorTableLength(flags: number): number {
  return flags & 0x80 ? 3 * 2 ** ((flags & 7) + 1) : 0;
}

/**
 * Returns true for a GIF that ends within a block: the decoder plays the frames that are there and does not report
 * missing ones. A missing trailer alone is tolerated, as in players.
 */
export function isGifCut(bytes: Uint8Array): boolean {
  const pictures = gifPictures(bytes);
  let next = pictures.next();
  while (!next.done) next = pictures.next();
  return next.value;
}

/**
 * Opens a GIF as browsers show it before it plays: the area outside its first frame is transparent. The image library
 * makes it black if no colour of the GIF is transparent.
 */
export async function openGif(bytes: Uint8Array, options: SharpOptions): Promise<Sharp> {
  const picture = sharp(bytes, options);
  const [at] = gifPictures(bytes);
  if (at === undefined || at + 10 > bytes.length || (await picture.metadata()).hasAlpha) return picture;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const u16 = (position: number): number => view.getUint16(position, true);
  const [left, top, width, height] = [u16(at + 1), u16(at + 3), u16(at + 5), u16(at + 7)];
  const [right, bottom] = [u16(6) - left - width, u16(8) - top - height];
  if (width * height === 0 || left + top + right + bottom === 0 || right < 0 || bottom < 0) return picture;
  const background = { r: 0, g: 0, b: 0, alpha: 0 };
  const placed = picture.extract({ left, top, width, height }).ensureAlpha();
  return sharp(await placed.extend({ left, top, right, bottom, background }).png().toBuffer());
}
