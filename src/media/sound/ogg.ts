import { type MediaFacts, mediaFacts, seconds } from "../facts.ts";
import { ByteFile } from "../files/byte_file.ts";
import type { Extent } from "../film/patched_file.ts";
import { unreadable, unsupported } from "../media_errors.ts";
import { firstPacketOf, type OggCodec } from "./ogg_codecs.ts";

const WHAT = "OGG audio file";
const HEADER_BYTES = 27;
const [CONTINUED, FIRST] = [1, 2];
/** The granule position of a page in which no packet ends (RFC 3533, section 6). */
const NO_GRANULE = 0xffff_ffff_ffff_ffffn;

interface Page {
  /** The positions of the header, of the content, and of the end. */
  readonly at: number;
  readonly body: number;
  readonly flags: number;
  readonly granule: bigint;
  readonly serial: number;
  /** The positions of its packets, without one that continues in the next page. */
  readonly packets: readonly { readonly at: number; readonly bytes: number }[];
  readonly end: number;
}

/** A logical stream: its codec, and its first and last position. */
interface Stream {
  readonly codec: OggCodec;
  first: number | null;
  last: number;
}

/**
 * Reads an Ogg file: Vorbis, Opus or FLAC, also several one after the other.
 *
 * Data between pages is skipped up to the next page (RFC 3533, section 6).
 */
export function readOgg(path: string): MediaFacts {
  using file = new ByteFile(path);
  const links: Map<number, Stream>[] = [];
  let isHead = false;
  for (const page of pagesOf(file)) {
    if ((page.flags & FIRST) !== 0) {
      // A first page after other pages begins the next file of a chain.
      if (!isHead) links.push(new Map());
      isHead = true;
      const [packet = { at: 0, bytes: 0 }] = page.packets;
      const codec = firstPacketOf(file.bytes(packet.at, Math.min(packet.bytes, 256)));
      if (codec) links.at(-1)?.set(page.serial, { codec, first: null, last: 0 });
    } else {
      isHead = false;
      const stream = links.at(-1)?.get(page.serial);
      if (stream) note(file, stream, page);
    }
  }
  const streams = links.flatMap((link) => [...link.values()]);
  const strange = streams.find(({ codec }) => codec.refusal !== null);
  if (strange?.codec.refusal) throw unsupported(strange.codec.refusal);
  const played = links.reduce((sum, link) => sum + Math.max(0, ...[...link.values()].map(durationOf)), 0);
  const duration = seconds(played);
  if (duration === null) throw unreadable(WHAT, "it holds no sound, or is truncated");
  return mediaFacts("ogg", { duration });
}

function note(file: ByteFile, stream: Stream, { flags, granule, packets }: Page): void {
  if (granule === NO_GRANULE || granule === 0n) return;
  const position = Number(BigInt.asIntN(64, granule));
  if (stream.first === null) {
    const whole = packets.slice((flags & CONTINUED) !== 0 ? 1 : 0);
    const starts = whole.map(({ at, bytes }) => Uint8Array.from(file.bytes(at, Math.min(bytes, 2))));
    stream.first = stream.codec.startOf(position, starts);
  }
  stream.last = position;
}

function durationOf({ codec, first, last }: Stream): number {
  return first === null ? 0 : Math.max(0, (last - first - codec.preSkip) / codec.rate);
}

/** Returns the pages of a file without the junk before and between them. */
export function oggExtents(file: ByteFile): Extent[] {
  return Array.from(pagesOf(file), ({ at, end }) => ({ at, length: end - at }));
}

/**
 * Returns the pages of each part of a chain (RFC 3533, section 4): complete files, one after the other, as recordings
 * of radio streams are. Most files have one part.
 */
export function oggChain(file: ByteFile): Extent[][] {
  const parts: Extent[][] = [];
  let isHead = false;
  for (const { at, end, flags } of pagesOf(file)) {
    const begins = (flags & FIRST) !== 0;
    if (parts.length === 0 || (begins && !isHead)) parts.push([]);
    isHead = begins;
    parts.at(-1)?.push({ at, length: end - at });
  }
  return parts;
}

/** Returns true for an Ogg file whose first stream is FLAC. */
export function isOggFlac(file: ByteFile): boolean {
  const [first] = pagesOf(file);
  return first !== undefined && file.text(first.body, 5) === "\x7fFLAC";
}

/** @throws {AppError} `media_unreadable` for a page that is cut */
function* pagesOf(file: ByteFile): Generator<Page> {
  for (let at = file.indexOf("OggS", 0, file.size); at >= 0; ) {
    const page = readPage(file, at);
    yield page;
    at = page.end === file.size ? -1 : file.indexOf("OggS", page.end, file.size);
  }
}

function readPage(file: ByteFile, at: number): Page {
  const header = file.bytes(at, HEADER_BYTES);
  if (header.length < HEADER_BYTES) throw unreadable(WHAT);
  const [flags, granule, serial, count] = [
    header.readUInt8(5),
    header.readBigUInt64LE(6),
    header.readUInt32LE(14),
    header.readUInt8(26),
  ];
  const lacing = [...file.bytes(at + HEADER_BYTES, count)];
  const packets: { at: number; bytes: number }[] = [];
  const body = at + HEADER_BYTES + count;
  let start = body;
  let bytes = 0;
  for (const part of lacing) {
    bytes += part;
    if (part === 255) continue;
    packets.push({ at: start, bytes });
    start += bytes;
    bytes = 0;
  }
  const end = start + bytes;
  if (end > file.size) throw unreadable(WHAT);
  return { at, body, flags, granule, serial, packets, end };
}
