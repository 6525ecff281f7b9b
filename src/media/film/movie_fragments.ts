import type { ByteFile } from "../files/byte_file.ts";
import { unreadable } from "../media_errors.ts";
import { type Box, boxesIn, viewOf } from "./boxes.ts";
import type { MovieTrack } from "./movie.ts";
import { MAX_SAMPLES, readTables, type SampleColumns, tooMany, writeTables } from "./movie_tables.ts";

interface FragmentedTrack {
  readonly track: MovieTrack;
  readonly columns: SampleColumns;
  /** The time of the first sample and the end of the last one, in the track's own timescale. */
  start: number | null;
  end: number;
  defaults: Defaults;
}

interface Defaults {
  readonly duration: number;
  readonly size: number;
  readonly flags: number;
}

const NO_DEFAULTS: Defaults = { duration: 0, size: 0, flags: 0 };

/** The sample flag for a sample that cannot be decoded by itself (ISO/IEC 14496-12, section 8.8.3.1). */
const NON_SYNC = 0x10000;

const MAX_MOOF_BYTES = 64 * 1024 * 1024;

/**
 * Merges the index of a film and those of all its fragments (ISO/IEC 14496-12, section 8.8). The container library
 * reads either but not both, and it expands any number of samples that a fragment declares.
 */
export function withFragments(
  file: ByteFile,
  movie: { bytes: Uint8Array; tracks: readonly MovieTrack[]; mvex: Box; moofs: readonly Box[] },
): { bytes: Uint8Array; delays: Map<number, number>; promised: number } {
  const view = viewOf(movie.bytes);
  const tracks = new Map(movie.tracks.map((track) => [track.id, startOf(view, track)]));
  const promised = readDefaults(view, movie.mvex, tracks);
  let samples = 0;
  for (const moof of movie.moofs) {
    if (moof.end - moof.at > MAX_MOOF_BYTES) throw tooMany();
    samples += readFragment(viewOf(file.bytes(moof.at, moof.end - moof.at)), {
      moof,
      tracks,
      room: MAX_SAMPLES - samples,
      fileSize: file.size,
    });
  }
  const starts = [...tracks.values()].flatMap(({ start, track }) =>
    start === null || track.timescale === 0 ? [] : [start / track.timescale],
  );
  const first = starts.reduce((least, start) => Math.min(least, start), Number.POSITIVE_INFINITY);
  const delays = [...tracks].map(([id, { start, track }]): [number, number] => [
    id,
    start === null || track.timescale === 0 ? 0 : start / track.timescale - first,
  ]);
  return { bytes: rebuild(view, movie, tracks), delays: new Map(delays), promised };
}

function startOf(view: DataView, track: MovieTrack): FragmentedTrack {
  const empty: SampleColumns = { durations: [], offsets: [], sizes: [], isKey: [], chunks: [] };
  const columns = track.stbl ? readTables(view, track.stbl) : empty;
  const end = columns.durations.reduce((sum, duration) => sum + duration, 0);
  return { track, columns, start: columns.durations.length > 0 ? 0 : null, end, defaults: NO_DEFAULTS };
}

/** Reads `trex` and returns the duration of `mehd`, in the film's timescale; zero if there is none. */
function readDefaults(view: DataView, mvex: Box, tracks: Map<number, FragmentedTrack>): number {
  let promised = 0;
  for (const { type, data, end } of boxesIn(view, mvex.data, mvex.end)) {
    if (type === "mehd" && data + 8 <= end) {
      promised =
        view.getUint8(data) === 1 && data + 12 <= end ? Number(view.getBigUint64(data + 4)) : view.getUint32(data + 4);
    }
    if (type !== "trex" || data + 24 > end) continue;
    const track = tracks.get(view.getUint32(data + 4));
    const [duration, size, flags] = [data + 12, data + 16, data + 20].map((at) => view.getUint32(at));
    if (track) track.defaults = { duration: duration ?? 0, size: size ?? 0, flags: flags ?? 0 };
  }
  return promised >= 0xffffffff ? 0 : promised;
}

/** Adds the samples of a fragment to its tracks, and returns their number. */
function readFragment(
  view: DataView,
  {
    moof,
    tracks,
    room,
    fileSize,
  }: Readonly<{
    moof: Box;
    tracks: Map<number, FragmentedTrack>;
    room: number;
    fileSize: number;
  }>,
): number {
  let samples = 0;
  let base = moof.at;
  for (const traf of boxesIn(view, moof.data - moof.at, view.byteLength)) {
    if (traf.type !== "traf") continue;
    const boxes = [...boxesIn(view, traf.data, traf.end)];
    const tfhd = boxes.find(({ type }) => type === "tfhd");
    if (!tfhd) continue;
    const header = readHeader(view, tfhd, tracks);
    const target = tracks.get(header.id);
    let at = header.base ?? (header.isMoof ? moof.at : base);
    const anchor = at;
    const tfdt = boxes.find(({ type }) => type === "tfdt");
    if (target && tfdt && tfdt.data + 8 <= tfdt.end) moveTo(target, decodeTime(view, tfdt));
    for (const trun of boxes) {
      if (trun.type !== "trun") continue;
      const run = readRun(view, trun, { defaults: header.defaults, room: room - samples });
      samples += run.sizes.length;
      if (run.dataOffset !== null) at = anchor + run.dataOffset;
      if (target && run.sizes.length > 0) append(target, run, at);
      at += run.sizes.reduce((sum, size) => sum + size, 0);
      if (at > fileSize) throw unreadable("video file");
    }
    base = at;
  }
  return samples;
}

function readHeader(
  view: DataView,
  { data, end }: Box,
  tracks: Map<number, FragmentedTrack>,
): { id: number; base: number | null; isMoof: boolean; defaults: Defaults } {
  if (data + 8 > end) throw unreadable("video file");
  const flags = view.getUint32(data) & 0xffffff;
  const id = view.getUint32(data + 4);
  let at = data + 8;
  const next = (): number => {
    if (at + 4 > end) throw unreadable("video file");
    at += 4;
    return view.getUint32(at - 4);
  };
  const base = flags & 0x1 ? next() * 2 ** 32 + next() : null;
  if (flags & 0x2) next();
  const known = tracks.get(id)?.defaults ?? NO_DEFAULTS;
  const duration = flags & 0x8 ? next() : known.duration;
  const size = flags & 0x10 ? next() : known.size;
  const sampleFlags = flags & 0x20 ? next() : known.flags;
  return { id, base, isMoof: (flags & 0x20000) !== 0, defaults: { duration, size, flags: sampleFlags } };
}

function decodeTime(view: DataView, { data, end }: Box): number {
  return view.getUint8(data) === 1 && data + 12 <= end ? Number(view.getBigUint64(data + 4)) : view.getUint32(data + 4);
}

/** Moves the next sample to a time: a gap extends the sample before it, as in any index. */
function moveTo(target: FragmentedTrack, time: number): void {
  const { durations } = target.columns;
  if (target.start === null) target.start = target.end = time;
  const moved = (durations.at(-1) ?? 0) + time - target.end;
  if (durations.length === 0 || moved < 0 || moved > 0xffffffff) return;
  durations[durations.length - 1] = moved;
  target.end = time;
}

interface Run {
  readonly dataOffset: number | null;
  readonly durations: number[];
  readonly offsets: number[];
  readonly sizes: number[];
  readonly isKey: boolean[];
}

function readRun(view: DataView, { data, end }: Box, { defaults, room }: { defaults: Defaults; room: number }): Run {
  if (data + 8 > end) throw unreadable("video file");
  const flags = view.getUint32(data) & 0xffffff;
  const count = view.getUint32(data + 4);
  if (count > room) throw tooMany();
  let at = data + 8;
  const next = (): number => {
    if (at + 4 > end) throw unreadable("video file");
    at += 4;
    return view.getUint32(at - 4);
  };
  const dataOffset = flags & 0x1 ? next() | 0 : null;
  const firstFlags = flags & 0x4 ? next() : null;
  const run: Run = { dataOffset, durations: [], offsets: [], sizes: [], isKey: [] };
  for (let i = 0; i < count; i++) {
    run.durations.push(flags & 0x100 ? next() : defaults.duration);
    run.sizes.push(flags & 0x200 ? next() : defaults.size);
    const own = flags & 0x400 ? next() : defaults.flags;
    run.isKey.push(((i === 0 && firstFlags !== null ? firstFlags : own) & NON_SYNC) === 0);
    run.offsets.push(flags & 0x800 ? next() | 0 : 0);
  }
  return run;
}

function append(target: FragmentedTrack, run: Run, at: number): void {
  const { durations, offsets, sizes, isKey, chunks } = target.columns;
  target.start ??= 0;
  for (const [i, size] of run.sizes.entries()) {
    while (offsets.length < durations.length) offsets.push(0);
    durations.push(run.durations[i] ?? 0);
    offsets.push(run.offsets[i] ?? 0);
    sizes.push(size);
    isKey.push(run.isKey[i] ?? false);
    target.end += run.durations[i] ?? 0;
  }
  chunks.push({ at, samples: run.sizes.length });
}

const TABLES = new Set([
  "stts",
  "ctts",
  "stss",
  "stsc",
  "stsz",
  "stz2",
  "stco",
  "co64",
  "cslg",
  "sdtp",
  "sbgp",
  "sgpd",
]);
const CONTAINERS = new Set(["moov", "trak", "mdia", "minf", "stbl"]);

function rebuild(
  view: DataView,
  { bytes, mvex }: { bytes: Uint8Array; mvex: Box },
  tracks: Map<number, FragmentedTrack>,
): Uint8Array {
  const columnsOf = new Map([...tracks.values()].map(({ track, columns }) => [track.stbl?.at, columns]));
  const build = (box: Box): Uint8Array[] => {
    if (box.at === mvex.at) return [];
    if (!CONTAINERS.has(box.type)) return [bytes.subarray(box.at, box.end)];
    const children = [...boxesIn(view, box.data, box.end)].flatMap((child) =>
      box.type === "stbl" && TABLES.has(child.type) ? [] : build(child),
    );
    const columns = box.type === "stbl" ? columnsOf.get(box.at) : undefined;
    return wrap(box.type, columns ? [...children, ...writeTables(columns)] : children);
  };
  const [moov] = boxesIn(view, 0, view.byteLength);
  if (!moov) throw unreadable("video file");
  return Buffer.concat(build(moov));
}

function wrap(type: string, parts: readonly Uint8Array[]): Uint8Array[] {
  const header = new Uint8Array(8);
  viewOf(header).setUint32(0, 8 + parts.reduce((sum, part) => sum + part.length, 0));
  header.set(new TextEncoder().encode(type), 4);
  return [header, ...parts];
}
