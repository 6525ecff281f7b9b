/**
 * Returns true for a GIF that ends within a block (GIF89a specification, sections 12 to 27).
 *
 * The decoder plays the frames that are there and does not report missing ones, hence this check. A missing
 * trailer alone is tolerated, as in players.
 */
export function isGifCut(bytes: Uint8Array): boolean {
  let at = 13 + colorTableLength(bytes[10] ?? 0);
  while (at < bytes.length && bytes[at] !== TRAILER) {
    if (bytes[at] === IMAGE) at += 11 + colorTableLength(bytes[at + 9] ?? 0);
    else if (bytes[at] === EXTENSION) at += 2;
    // A player stops at an unknown block, so what follows is no part of the picture.
    else return false;
    while (at < bytes.length && bytes[at] !== 0) at += 1 + (bytes[at] ?? 0);
    if (at >= bytes.length) return true;
    at += 1;
  }
  return at > bytes.length;
}

/** The position of the first frame of a GIF on its canvas, in pixels. */
export interface GifFrame {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
  readonly canvas: { readonly width: number; readonly height: number };
}

/** Returns the position of the first frame, or `null` if there is none. */
export function firstGifFrame(bytes: Uint8Array): GifFrame | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 13 + colorTableLength(bytes[10] ?? 0);
  while (at + 10 <= bytes.length && bytes[at] === EXTENSION) {
    at += 2;
    while (at < bytes.length && bytes[at] !== 0) at += 1 + (bytes[at] ?? 0);
    at += 1;
  }
  if (at + 10 > bytes.length || bytes[at] !== IMAGE) return null;
  const [left, top, width, height] = [1, 3, 5, 7].map((offset) => view.getUint16(at + offset, true));
  if (left === undefined || top === undefined || !width || !height) return null;
  return { left, top, width, height, canvas: { width: view.getUint16(6, true), height: view.getUint16(8, true) } };
}

const IMAGE = 0x2c;
const EXTENSION = 0x21;
const TRAILER = 0x3b;

function colorTableLength(flags: number): number {
  return flags & 0x80 ? 3 * 2 ** ((flags & 7) + 1) : 0;
}
