import type { ByteFile } from "../files/byte_file.ts";
import { unreadable } from "../media_errors.ts";
import { type Box, boxesIn, topBoxAt, viewOf } from "./boxes.ts";
import { withFragments } from "./movie_fragments.ts";
import { checkTables } from "./movie_tables.ts";
import type { Patch, Patches } from "./patched_file.ts";

/** The maximum of top-level boxes in one file: two for each frame of a live recording of two hours. */
const MAX_BOXES = 500_000;

/** The maximum of boxes before the index, which the library walks again. */
const MAX_FIRST_BOXES = 10_000;

/** The largest index; that of a film of a day is half as large. */
const MAX_MOOV_BYTES = 64 * 1024 * 1024;

const MAX_TRACKS = 1000;

/** A part of a track's presentation (ISO/IEC 14496-12, section 8.6.6), in seconds. */
export interface Edit {
  /** The duration; null means to the end of the track. */
  readonly duration: number | null;
  /** The start in the media; null for an empty edit, which shows nothing of the track. */
  readonly mediaTime: number | null;
  /** The playback rate; zero holds the frame. */
  readonly rate: number;
}

/** The metadata of a film's boxes that determines its duration. */
export interface Movie extends Patches {
  /** Edit lists by track id; tracks without one are missing. */
  readonly edits: ReadonlyMap<number, readonly Edit[]>;
  /** The start of a fragmented track relative to the earliest track, in seconds of decoding time, by id. */
  readonly delays: ReadonlyMap<number, number>;
  /** The duration in seconds that the header of a fragmented film declares; null if it declares none. */
  readonly promised: number | null;
  readonly isFragmented: boolean;
}

/** A track during the reading of its boxes. */
export interface MovieTrack {
  id: number;
  timescale: number;
  isVideo: boolean;
  readonly box: Box;
  stbl: Box | null;
  edts: Box | null;
  edits: readonly RawEdit[];
}

interface RawEdit {
  readonly duration: number;
  readonly mediaTime: number;
  readonly rate: number;
}

/**
 * Reads the boxes of an MP4 or MOV that the container library misreads, and patches them: unknown durations,
 * short colour boxes, the edit lists of pictures, and fragments, which become entries of the index like all others.
 *
 * Throws `media_unreadable` for a truncated file and for tables that no film can have.
 */
export function readMovie(file: ByteFile): Movie {
  const { moov, moofs } = topLevel(file);
  if (moov.end - moov.at > MAX_MOOV_BYTES) throw unreadable("video file", "its index is larger than 64 MiB");
  const bytes = file.read(moov.at, moov.end - moov.at);
  const view = viewOf(bytes);
  view.setUint32(0, moov.data - moov.at === 16 ? 1 : bytes.length);
  const tracks: MovieTrack[] = [];
  let movieTimescale = 0;
  let mvex: Box | null = null;
  for (const box of boxesIn(view, moov.data - moov.at, bytes.length)) {
    if (box.type === "mvhd") movieTimescale = headerOf(view, box).timescale;
    if (box.type === "mvex") mvex = box;
    if (box.type === "trak") tracks.push(trackOf(view, box));
    if (tracks.length > MAX_TRACKS) throw unreadable("video file", "it has more tracks than a film can have");
  }
  for (const { stbl } of tracks) if (stbl) checkTables(view, stbl);
  const edits = new Map(
    tracks.filter((track) => track.edits.length > 0).map((track) => [track.id, inSeconds(track, movieTimescale)]),
  );
  // Pictures are timed by their presentation here, because the library supports one edit only, and ignores its end.
  for (const { isVideo, edts } of tracks) if (isVideo && edts) rename(bytes, edts, "free");
  if (!mvex) {
    const patches = [{ at: moov.at, bytes }];
    return { size: file.size, patches, edits, delays: new Map(), promised: null, isFragmented: false };
  }
  const whole = withFragments(file, { bytes, tracks, mvex, moofs });
  // The new index is appended to the file, and a free box replaces the old one.
  const hidden: Patch = { at: moov.at, bytes: freeHeader(file.size - moov.at) };
  return {
    size: file.size + whole.bytes.length,
    patches: [hidden, { at: file.size, bytes: whole.bytes }],
    edits,
    delays: whole.delays,
    isFragmented: true,
    promised: whole.promised > 0 && movieTimescale > 0 ? whole.promised / movieTimescale : null,
  };
}

function topLevel(file: ByteFile): { moov: Box; moofs: Box[] } {
  let moov: Box | null = null;
  const moofs: Box[] = [];
  for (let at = 0, count = 0; at < file.size; count++) {
    if (count > (moov ? MAX_BOXES : MAX_FIRST_BOXES))
      throw unreadable("video file", "it has more boxes than a film can have");
    const box = topBoxAt(file, at);
    if (!box) break;
    if (box.type === "moov" || box.type === "moof") {
      if (box.end > file.size) throw unreadable("video file");
      if (box.type === "moof") moofs.push(box);
      else moov ??= box;
    }
    at = box.end;
  }
  if (!moov) throw unreadable("video file");
  return { moov, moofs };
}

function trackOf(view: DataView, box: Box): MovieTrack {
  const track: MovieTrack = { id: -1, timescale: 0, isVideo: false, box, stbl: null, edts: null, edits: [] };
  const visit = (from: number, to: number): void => {
    for (const child of boxesIn(view, from, to)) {
      const { type, data, end } = child;
      if (type === "mdia" || type === "minf") visit(data, end);
      if (type === "tkhd") track.id = headerOf(view, child).id;
      if (type === "mdhd") track.timescale = headerOf(view, child).timescale;
      if (type === "hdlr" && data + 12 <= end) track.isVideo ||= view.getUint32(data + 8) === VIDE;
      if (type === "stbl") track.stbl = child;
      if (type === "edts") {
        track.edts = child;
        for (const list of boxesIn(view, data, end)) if (list.type === "elst") track.edits = editsOf(view, list);
      }
    }
  };
  visit(box.data, box.end);
  if (track.isVideo && track.stbl) mendSampleEntries(view, track.stbl);
  return track;
}

const VIDE = 0x76696465;

/**
 * Reads `mvhd`, `tkhd` and `mdhd` (sections 8.2.2, 8.3.2 and 8.4.2) and sets a duration of all ones, which means that
 * it is unknown, to zero, which the library treats as unknown.
 */
function headerOf(view: DataView, { type, data, end }: Box): { timescale: number; id: number } {
  const wide = data < end && view.getUint8(data) === 1;
  const at = data + (wide ? 20 : 12);
  const duration = at + (type === "tkhd" ? 8 : 4);
  if (duration + (wide ? 8 : 4) > end) return { timescale: 0, id: -1 };
  const isUnknown = view.getUint32(duration) === ONES && (!wide || view.getUint32(duration + 4) === ONES);
  if (isUnknown) view.setUint32(duration, 0);
  if (isUnknown && wide) view.setUint32(duration + 4, 0);
  return { timescale: view.getUint32(at), id: view.getUint32(at) };
}

const ONES = 0xffffffff;

function editsOf(view: DataView, { data, end }: Box): RawEdit[] {
  const edits: RawEdit[] = [];
  const wide = data < end && view.getUint8(data) === 1;
  const length = wide ? 20 : 12;
  const count = data + 8 <= end ? view.getUint32(data + 4) : 0;
  const entries = Math.min(count, Math.floor((end - data - 8) / length));
  // The library trusts the number and would read past the box.
  if (entries < count) view.setUint32(data + 4, Math.max(0, entries));
  for (let i = 0; i < entries; i++) {
    const at = data + 8 + i * length;
    edits.push({
      duration: wide ? Number(view.getBigUint64(at)) : view.getUint32(at),
      mediaTime: wide ? Number(view.getBigInt64(at + 8)) : view.getInt32(at + 4),
      rate: view.getInt32(at + length - 4) / 0x10000,
    });
  }
  return edits;
}

function inSeconds({ edits, timescale }: MovieTrack, movieTimescale: number): Edit[] {
  return edits.map(({ duration, mediaTime, rate }) => ({
    // A fragmented film is edited before its length is known (section 8.6.6.1).
    duration: duration === 0 || movieTimescale === 0 ? null : duration / movieTimescale,
    mediaTime: mediaTime < 0 || timescale === 0 ? null : mediaTime / timescale,
    rate: Math.max(0, rate),
  }));
}

/** The size of a visual sample entry before its boxes (ISO/IEC 14496-12, section 12.1.3). */
const VISUAL_ENTRY_BYTES = 78;

/**
 * Patches boxes that are too short, past which the library would read. A colour box without its last byte is
 * QuickTime's `nclc`.
 */
function mendSampleEntries(view: DataView, stbl: Box): void {
  const bytes = new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
  for (const stsd of boxesIn(view, stbl.data, stbl.end)) {
    if (stsd.type !== "stsd") continue;
    for (const entry of boxesIn(view, stsd.data + 8, stsd.end)) {
      for (const box of boxesIn(view, entry.data + VISUAL_ENTRY_BYTES, entry.end)) {
        const size = box.end - box.data;
        if (box.type === "colr" && size === 10) bytes.set(new TextEncoder().encode("nclc"), box.data);
        else if (size < (LEAST_BYTES[box.type] ?? 0)) rename(bytes, box, "free");
      }
    }
  }
}

/** The bytes that the library reads of a box, whatever its size. */
const LEAST_BYTES: Readonly<Record<string, number>> = { colr: 10, pasp: 8, btrt: 12 };

function freeHeader(size: number): Uint8Array {
  const header = new Uint8Array(16);
  header.set(new TextEncoder().encode("free"), 4);
  viewOf(header).setUint32(0, 1);
  viewOf(header).setBigUint64(8, BigInt(size));
  return header;
}

function rename(bytes: Uint8Array, box: Box, type: string): void {
  bytes.set(new TextEncoder().encode(type), box.at + 4);
}
