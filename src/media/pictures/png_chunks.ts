import { crc32 } from "node:zlib";

/** A chunk of a PNG. */
export interface PngChunk {
  readonly type: string;
  readonly data: Buffer;
}

const SIGNATURE = Buffer.from("\x89PNG\r\n\x1a\n", "latin1");
/** The size of a chunk's length, type and checksum. */
const OVERHEAD = 12;

/** Yields the chunks of a PNG, up to the first that is cut. */
export function* pngChunks(bytes: Uint8Array): Generator<PngChunk> {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = SIGNATURE.length; at + OVERHEAD <= buffer.length; ) {
    const length = buffer.readUInt32BE(at);
    const end = at + 8 + length;
    if (end + 4 > buffer.length) return;
    yield { type: buffer.toString("latin1", at + 4, at + 8), data: buffer.subarray(at + 8, end) };
    at = end + 4;
  }
}

/**
 * Returns the milliseconds of an animation's frame from its `fcTL` chunk (PNG, third edition, section 11.3.6.2), a
 * fraction of a second whose denominator 0 means 100; null for any other chunk.
 */
export function frameDelay({ type, data }: PngChunk): number | null {
  if (type !== "fcTL" || data.length < 24) return null;
  return (data.readUInt16BE(20) / (data.readUInt16BE(22) || 100)) * 1000;
}

/** Creates a PNG of these chunks. */
export function pngOf(chunks: readonly PngChunk[]): Buffer {
  return Buffer.concat([SIGNATURE, ...chunks.flatMap(written)]);
}

function written({ type, data }: PngChunk): Buffer[] {
  const head = Buffer.alloc(8);
  head.writeUInt32BE(data.length, 0);
  head.write(type, 4, "latin1");
  const sum = Buffer.alloc(4);
  sum.writeUInt32BE(crc32(data, crc32(head.subarray(4))), 0);
  return [head, data, sum];
}
