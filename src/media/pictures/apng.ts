import { frameDelay, type PngChunk, pngChunks, pngOf } from "./png_chunks.ts";

/** A frame of an animated PNG (PNG, third edition, section 11.3.6). */
export interface ApngFrame {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
  /** Milliseconds. */
  readonly delay: number;
  /** The treatment of its area before the next frame: it stays, is cleared, or returns to the frame before. */
  readonly dispose: "none" | "background" | "previous";
  /** True if it is blended over its area, false if it replaces it. */
  readonly isOver: boolean;
  /** The compressed pixels. */
  readonly data: readonly Buffer[];
}

const DISPOSALS = ["none", "background", "previous"] as const;

/** Yields the frames of an animated PNG up to the first invalid one; none for a still picture. */
export function* apngFrames(chunks: Iterable<PngChunk>): Generator<ApngFrame, void> {
  let canvas: Buffer | null = null;
  let left = 0;
  let frame: Omit<ApngFrame, "data"> | null = null;
  let data: Buffer[] = [];
  for (const chunk of chunks) {
    if (chunk.type === "IHDR" && chunk.data.length === 13) canvas ??= chunk.data;
    else if (chunk.type === "acTL" && chunk.data.length === 8) left = chunk.data.readUInt32BE(0);
    else if (chunk.type === "fcTL") {
      if (frame && data.length > 0) yield { ...frame, data };
      frame = left > 0 && canvas ? frameOf(chunk, canvas) : null;
      if (!frame) return;
      left -= 1;
      data = [];
    } else if (frame && chunk.type === "IDAT") data.push(chunk.data);
    else if (frame && chunk.type === "fdAT") data.push(chunk.data.subarray(4));
    else if (chunk.type === "IDAT" && left === 0) return;
  }
  if (frame && data.length > 0) yield { ...frame, data };
}

function frameOf(chunk: PngChunk, canvas: Buffer): Omit<ApngFrame, "data"> | null {
  const { data } = chunk;
  if (data.length !== 26) return null;
  const [width = 0, height = 0, left = 0, top = 0] = [4, 8, 12, 16].map((at) => data.readUInt32BE(at));
  const dispose = DISPOSALS[data.readUInt8(24)];
  const fits = left + width <= canvas.readUInt32BE(0) && top + height <= canvas.readUInt32BE(4);
  if (!dispose || !fits || width * height === 0) return null;
  return { left, top, width, height, delay: frameDelay(chunk) ?? 0, dispose, isOver: data.readUInt8(25) === 1 };
}

/** The chunks that the pixels of each frame need. */
const SHARED: ReadonlySet<string> = new Set(["PLTE", "tRNS", "iCCP", "sRGB"]);

/** Returns a function that makes a PNG of each frame. */
export function framePngs(bytes: Uint8Array): (frame: ApngFrame) => Buffer {
  const shared: PngChunk[] = [];
  let header = Buffer.alloc(13);
  for (const chunk of pngChunks(bytes)) {
    if (chunk.type === "IHDR") header = Buffer.from(chunk.data);
    if (chunk.type === "IDAT") break;
    if (SHARED.has(chunk.type)) shared.push(chunk);
  }
  return ({ width, height, data }) => {
    header.writeUInt32BE(width, 0);
    header.writeUInt32BE(height, 4);
    const pixels = { type: "IDAT", data: Buffer.concat(data) };
    return pngOf([{ type: "IHDR", data: header }, ...shared, pixels, { type: "IEND", data: Buffer.alloc(0) }]);
  };
}
