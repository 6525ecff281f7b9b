import { unreadable } from "../media_errors.ts";
import { type Box, boxesIn } from "./boxes.ts";

/** The maximum of samples in one file: 18 hours at 60 frames a second. */
export const MAX_SAMPLES = 4_000_000;

/** The samples of a track in the order of decoding, as plain columns. */
export interface SampleColumns {
  durations: number[];
  offsets: number[];
  sizes: number[];
  isKey: boolean[];
  chunks: { at: number; samples: number }[];
}

/** Rejects tables whose few bytes declare more samples than a film can have: the library would expand them. */
export function checkTables(view: DataView, stbl: Box): void {
  const tables = tablesOf(view, stbl);
  if (tables.has("ctts") && Math.max(samplesIn(view, tables, "ctts"), samplesIn(view, tables, "stts")) > MAX_SAMPLES) {
    throw tooMany();
  }
  const chunks = rowsOf(view, tables.get("stco"), 1).count + rowsOf(view, tables.get("co64"), 2).count;
  const runs = rowsOf(view, tables.get("stsc"), 3);
  for (let row = 0; row < runs.count; row++) {
    const first = runs.word(row, 0);
    const isAscending = row === 0 ? first >= 1 : first > runs.word(row - 1, 0);
    if (!isAscending || (first > chunks + 1 && chunks > 0)) throw unreadable("video file");
    if (runs.word(row, 1) > MAX_SAMPLES && isListed(view, tables.get("stsz"))) throw tooMany();
  }
}

/** Reads the tables of a track into columns (ISO/IEC 14496-12, sections 8.6 and 8.7). */
export function readTables(view: DataView, stbl: Box): SampleColumns {
  const tables = tablesOf(view, stbl);
  if (Math.max(samplesIn(view, tables, "ctts"), samplesIn(view, tables, "stts")) > MAX_SAMPLES) throw tooMany();
  const durations = expand(view, tables.get("stts"));
  const sizes = readSizes(view, tables, durations.length);
  if (sizes.length < durations.length) throw unreadable("video file");
  const stss = tables.has("stss") ? rowsOf(view, tables.get("stss"), 1) : null;
  const isKey = durations.map(() => stss === null);
  for (let row = 0; stss && row < stss.count; row++) {
    const key = stss.word(row, 0) - 1;
    if (key >= 0 && key < isKey.length) isKey[key] = true;
  }
  return {
    durations,
    offsets: expand(view, tables.get("ctts")).map((offset) => offset | 0),
    sizes,
    isKey,
    chunks: chunksOf(view, tables),
  };
}

/** Writes the tables of a track: `stts`, `ctts`, `stss`, `stsc`, `stsz` and `co64`. */
export function writeTables({ durations, offsets, sizes, isKey, chunks }: SampleColumns): Uint8Array[] {
  const keys = isKey.flatMap((key, i) => (key ? [i + 1] : []));
  const stsc: number[] = [];
  let last = -1;
  for (const [i, { samples }] of chunks.entries()) {
    if (samples !== last) stsc.push(i + 1, samples, 1);
    last = samples;
  }
  return [
    table("stts", runLengths(durations), 2),
    ...(offsets.some((offset) => offset !== 0) ? [table("ctts", runLengths(offsets), 2)] : []),
    ...(keys.length < isKey.length ? [table("stss", keys, 1)] : []),
    table("stsc", stsc, 3),
    // Their number follows the common size of all samples, or zero.
    table("stsz", sizes, 1, [0]),
    table(
      "co64",
      chunks.flatMap(({ at }) => [Math.floor(at / 2 ** 32), at >>> 0]),
      2,
    ),
  ];
}

function table(type: string, values: readonly number[], width: number, lead: readonly number[] = []): Uint8Array {
  const words = [0, ...lead, values.length / width];
  const bytes = new Uint8Array(8 + (words.length + values.length) * 4);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, bytes.length);
  bytes.set(new TextEncoder().encode(type), 4);
  for (const [i, word] of words.entries()) view.setUint32(8 + i * 4, word);
  for (const [i, value] of values.entries()) view.setUint32(8 + (words.length + i) * 4, value);
  return bytes;
}

function runLengths(values: readonly number[]): number[] {
  const runs: number[] = [];
  for (const value of values) {
    if (runs.length > 0 && runs.at(-1) === value) runs[runs.length - 2] = (runs[runs.length - 2] ?? 0) + 1;
    else runs.push(1, value);
  }
  return runs;
}

function tablesOf(view: DataView, stbl: Box): Map<string, Box> {
  return new Map([...boxesIn(view, stbl.data, stbl.end)].map((box) => [box.type, box]));
}

interface Rows {
  readonly count: number;
  word(row: number, word: number): number;
}

/** Reads the rows of a table, each of some 32-bit words; a number of rows that exceeds the box is clamped. */
function rowsOf(view: DataView, box: Box | undefined, words: number): Rows {
  if (!box || box.data + 8 > box.end) return { count: 0, word: () => 0 };
  const count = Math.min(view.getUint32(box.data + 4), Math.floor((box.end - box.data - 8) / (words * 4)));
  return { count, word: (row, word) => view.getUint32(box.data + 8 + (row * words + word) * 4) };
}

function samplesIn(view: DataView, tables: Map<string, Box>, type: string): number {
  const { count, word } = rowsOf(view, tables.get(type), 2);
  let samples = 0;
  for (let row = 0; row < count; row++) samples += word(row, 0);
  return samples;
}

function expand(view: DataView, box: Box | undefined): number[] {
  const { count, word } = rowsOf(view, box, 2);
  const values: number[] = [];
  for (let row = 0; row < count; row++) {
    const value = word(row, 1);
    for (let i = word(row, 0); i > 0; i--) values.push(value);
  }
  return values;
}

function chunksOf(view: DataView, tables: Map<string, Box>): SampleColumns["chunks"] {
  const isLong = tables.has("co64");
  const starts = rowsOf(view, tables.get(isLong ? "co64" : "stco"), isLong ? 2 : 1);
  const runs = rowsOf(view, tables.get("stsc"), 3);
  const chunks: SampleColumns["chunks"] = [];
  let run = 0;
  for (let row = 0; row < starts.count; row++) {
    while (run + 1 < runs.count && runs.word(run + 1, 0) <= row + 1) run++;
    const at = isLong ? starts.word(row, 0) * 2 ** 32 + starts.word(row, 1) : starts.word(row, 0);
    chunks.push({ at, samples: run < runs.count ? runs.word(run, 1) : 0 });
  }
  return chunks;
}

function readSizes(view: DataView, tables: Map<string, Box>, samples: number): number[] {
  const sizes: number[] = [];
  const stsz = tables.get("stsz");
  const stz2 = tables.get("stz2");
  if (stsz && stsz.data + 12 <= stsz.end) {
    const all = view.getUint32(stsz.data + 4);
    for (let i = 0, at = stsz.data + 12; i < samples && (all !== 0 || at + 4 <= stsz.end); i++, at += 4) {
      sizes.push(all === 0 ? view.getUint32(at) : all);
    }
  } else if (stz2 && stz2.data + 12 <= stz2.end) {
    const bits = view.getUint8(stz2.data + 7);
    for (let i = 0; i < samples; i++) {
      const at = stz2.data + 12 + Math.floor((i * bits) / 8);
      if (at + (bits > 8 ? 2 : 1) > stz2.end) break;
      const byte = view.getUint8(at);
      sizes.push(bits === 16 ? view.getUint16(at) : bits === 8 ? byte : i % 2 === 0 ? byte >> 4 : byte & 15);
    }
  }
  return sizes;
}

function isListed(view: DataView, stsz: Box | undefined): boolean {
  return !stsz || stsz.data + 8 > stsz.end || view.getUint32(stsz.data + 4) === 0;
}

export function tooMany(): Error {
  return unreadable("video file", "it has more samples than a film can have");
}
