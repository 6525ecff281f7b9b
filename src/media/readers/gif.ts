/**
 * True for a GIF that ends within a block (GIF89a specification, sections 12 to 27).
 *
 * The decoder plays the frames that are there and says nothing of the missing ones, so somebody has to look. A missing
 * trailer alone is forgiven: players do.
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

const IMAGE = 0x2c;
const EXTENSION = 0x21;
const TRAILER = 0x3b;

function colorTableLength(flags: number): number {
  return flags & 0x80 ? 3 * 2 ** ((flags & 7) + 1) : 0;
}
