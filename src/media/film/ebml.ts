import type { ByteFile } from "../files/byte_file.ts";

/** The ids of elements that matter to the walk (RFC 9559, section 5; RFC 8794, section 11.3). */
export const ID = {
  ebml: 0x1a45dfa3,
  segment: 0x18538067,
  seekHead: 0x114d9b74,
  info: 0x1549a966,
  tracks: 0x1654ae6b,
  trackEntry: 0xae,
  cues: 0x1c53bb6b,
  cluster: 0x1f43b675,
  blockGroup: 0xa0,
  block: 0xa1,
  simpleBlock: 0xa3,
  attachments: 0x1941a469,
  chapters: 0x1043a770,
  tags: 0x1254c367,
  void: 0xec,
  crc: 0xbf,
} as const;

/** The children of a segment. */
export const LEVEL_1: ReadonlySet<number> = new Set([
  ...[ID.seekHead, ID.info, ID.tracks, ID.cues, ID.cluster],
  ...[ID.attachments, ID.chapters, ID.tags],
]);

/** An element's header. */
export interface Element {
  readonly id: number;
  /** The positions of the header's start, the data's start, and the data's end; null for an unknown size. */
  readonly at: number;
  readonly data: number;
  readonly end: number | null;
}

/** Reads the header of an element (RFC 8794, sections 4 to 6); returns null if there is none. */
export function elementAt(file: ByteFile, at: number): Element | null {
  const idLength = Math.clz32(file.byte(at)) - 23;
  const sizeLength = Math.clz32(file.byte(at + idLength)) - 23;
  const data = at + idLength + sizeLength;
  if (idLength > 4 || sizeLength > 8 || data > file.size) return null;
  let id = 0;
  for (let i = 0; i < idLength; i++) id = id * 256 + file.byte(at + i);
  const marker = 0xff >> sizeLength;
  let size = file.byte(at + idLength) & marker;
  let isUnknown = size === marker;
  for (let i = at + idLength + 1; i < data; i++) {
    const byte = file.byte(i);
    isUnknown &&= byte === 0xff;
    size = size * 256 + byte;
  }
  return { id, at, data, end: isUnknown ? null : data + size };
}

/** Creates a Void element of exactly this many bytes, at least two. Its content may be anything. */
export function voidHeader(length: number): Uint8Array {
  if (length < 129) return Uint8Array.of(ID.void, 0x80 | (length - 2));
  const header = new Uint8Array(9);
  const view = new DataView(header.buffer);
  view.setBigUint64(1, BigInt(length - 9));
  header[0] = ID.void;
  header[1] = 0x01;
  return header;
}
