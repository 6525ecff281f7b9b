import type { ByteFile } from "../files/byte_file.ts";
import type { Extent } from "../film/patched_file.ts";

/** One frame of a stream of self-framing sound. */
export interface AudioFrame {
  /** Size in bytes, header included; 0 for a free format, whose frames do not declare their size. */
  readonly size: number;
  /** Bytes by which this frame is longer than others of a free format. */
  readonly padding: number;
  readonly samples: number;
  /** Hz */
  readonly rate: number;
  /** A key that is the same for all frames of one stream. */
  readonly stream: string;
}

/** Reads the header of a frame; returns null for other bytes. */
export type ReadFrame = (bytes: Uint8Array) => AudioFrame | null;

/** The size of a frame header. */
const HEADER_BYTES = 8;
/** The maximum of junk bytes before and between frames to search for the next one, as in players. */
export const MAX_JUNK_BYTES = 1024 * 1024;
/** The number of consecutive frames that prove a start: random bytes have them once in 2^60. */
const FRAMES_OF_PROOF = 4;
/** The largest free-format frame in bytes: 640 kbit/s at 8 kHz are far below. */
const MAX_FREE_BYTES = 8 * 1024;
/** The smallest free-format frame in bytes: 8 kbit/s at 24 kHz. */
const MIN_FREE_BYTES = 24;

/** The number and the extent of a file's frames. */
export interface FrameCount {
  readonly frames: number;
  readonly seconds: number;
  /** The start of the first frame. */
  readonly begin: number;
  /** The end of the last whole frame. */
  readonly end: number;
  /** True if the file ends within a frame. */
  readonly isCut: boolean;
  /** The extents of frames of one sample rate after the other, without the junk between them. */
  readonly parts: readonly (readonly Extent[])[];
}

/**
 * Finds the first of several consecutive frames; returns null if there are none. Behind junk only frames count
 * that declare their size: two headers of a free format occur easily in other bytes.
 */
export function findFrames(file: ByteFile, from: number, read: ReadFrame): number | null {
  if (isBeginning(file, from, read)) return from;
  const sized = sizedOnly(read);
  const end = Math.min(file.size, from + MAX_JUNK_BYTES);
  for (let at = file.indexOf(0xff, from, end); at >= 0; at = file.indexOf(0xff, at + 1, end)) {
    if (isBeginning(file, at, sized)) return at;
  }
  return null;
}

/**
 * Counts the frames from the first one, also over junk between them, and sums them up. Frames of a free format are all
 * of one size, but for a byte of padding.
 */
export function countFrames(file: ByteFile, first: number, read: ReadFrame): FrameCount {
  let [frames, seconds, end, junk] = [0, 0, first, 0];
  let isCut = false;
  const parts: Extent[][] = [[]];
  let start = first;
  let rate: number | null = null;
  const endRun = (to: number) => parts.at(-1)?.push({ at: start, length: to - start });
  const opening = read(file.bytes(first, HEADER_BYTES));
  const free = opening?.size === 0 ? freeSize(file, first, opening, read) : null;
  for (let at = first; at + 4 <= file.size; ) {
    const frame = read(file.bytes(at, HEADER_BYTES));
    const size = frame?.size || (frame && free !== null ? free + frame.padding : 0);
    if (frame === null || size === 0) {
      // Tags at the end and damage in the middle are skipped alike.
      const next = junk < MAX_JUNK_BYTES ? findFrames(file, at + 1, sizedOnly(read)) : null;
      if (next === null) break;
      junk += next - at;
      endRun(at);
      start = at = next;
      continue;
    }
    if (at + size > file.size) {
      isCut = true;
      break;
    }
    if (rate !== null && frame.rate !== rate) {
      endRun(at);
      parts.push([]);
      start = at;
    }
    rate = frame.rate;
    frames += 1;
    seconds += frame.samples / frame.rate;
    at += size;
    end = at;
  }
  endRun(end);
  return { frames, seconds, begin: first, end, isCut, parts };
}

function sizedOnly(read: ReadFrame): ReadFrame {
  return (bytes) => {
    const frame = read(bytes);
    return frame?.size === 0 ? null : frame;
  };
}

function isBeginning(file: ByteFile, start: number, read: ReadFrame): boolean {
  let at = start;
  let stream: string | null = null;
  for (let count = 0; count < FRAMES_OF_PROOF; count++) {
    // A sound of few frames ends here, perhaps with a tag.
    if (count > 0 && (at === file.size || isTag(file, at))) return true;
    const frame = read(file.bytes(at, HEADER_BYTES));
    if (frame === null || (stream !== null && frame.stream !== stream)) return false;
    stream = frame.stream;
    const free = frame.size > 0 ? null : freeSize(file, at, frame, read);
    if (frame.size === 0 && free === null) return false;
    at += free === null ? frame.size : free + frame.padding;
    if (at > file.size) return count > 1;
  }
  return true;
}

function isTag(file: ByteFile, at: number): boolean {
  const text = file.text(at, 11);
  return text.startsWith("TAG") || text.startsWith("APETAGEX") || text === "LYRICSBEGIN";
}

/** Returns the size of free-format frames without padding: the distance to the next frame of the same stream. */
function freeSize(file: ByteFile, at: number, { stream, padding }: AudioFrame, read: ReadFrame): number | null {
  const end = Math.min(file.size, at + MAX_FREE_BYTES);
  for (let next = file.indexOf(0xff, at + MIN_FREE_BYTES, end); next >= 0; next = file.indexOf(0xff, next + 1, end)) {
    const frame = read(file.bytes(next, HEADER_BYTES));
    if (frame?.size === 0 && frame.stream === stream) return next - at - padding;
  }
  return null;
}

/**
 * Returns the position after any number of ID3v2 tags (ID3v2.4, section 3.1), each with or without a footer. A tag
 * larger than the file is ignored, and its content is junk before the sound.
 */
export function afterId3(file: ByteFile): number {
  let at = 0;
  for (;;) {
    const tag = file.bytes(at, 10);
    if (tag.length < 10 || tag.toString("latin1", 0, 3) !== "ID3" || tag.subarray(6).some((byte) => byte > 0x7f)) {
      return at;
    }
    const [, , , , , flags = 0, a = 0, b = 0, c = 0, d = 0] = tag;
    const hasFooter = (flags & 0x10) !== 0;
    const end = at + 10 + ((a << 21) | (b << 14) | (c << 7) | d) + (hasFooter ? 10 : 0);
    if (end >= file.size) return at + 10;
    at = end;
  }
}
