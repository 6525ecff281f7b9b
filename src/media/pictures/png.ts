/**
 * Reads facts from the chunks of a PNG that the image library ignores: it sees only the first frame of an animated one.
 *
 * `delays` are those of the frames in milliseconds, in order, and empty for a still picture. They stand in the `fcTL`
 * chunks (PNG, third edition, section 11.3.6.2): a fraction of a second whose denominator 0 means 100. A picture
 * without its last chunk is not `whole`.
 */
export function walkPng(bytes: Uint8Array): { delays: number[]; whole: boolean } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const delays: number[] = [];
  for (let at = SIGNATURE_LENGTH; at + CHUNK_OVERHEAD <= bytes.length; ) {
    const length = view.getUint32(at);
    const type = view.getUint32(at + 4);
    if (type === IEND) return { delays, whole: true };
    if (type === FCTL && length >= 24 && at + 32 <= bytes.length) {
      delays.push((view.getUint16(at + 28) / (view.getUint16(at + 30) || 100)) * 1000);
    }
    at += length + CHUNK_OVERHEAD;
  }
  return { delays, whole: false };
}

const SIGNATURE_LENGTH = 8;

/** The size of a chunk's length, type and checksum. */
const CHUNK_OVERHEAD = 12;

const FCTL = 0x6663544c;
const IEND = 0x49454e44;
