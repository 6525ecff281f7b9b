import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { brotliDecompressSync } from "node:zlib";
import { AppError } from "../../core/errors.ts";

/** The tables of a font file, each read when it is asked for. */
export interface FontTables {
  readonly format: FontFormat;
  readonly has: (tag: string) => boolean;
  /** Returns the bytes of a table; null if the font has no such table. @throws {AppError} `media_unreadable` */
  readonly table: (tag: string) => DataView | null;
}

/** A container of font tables. */
export type FontFormat = "ttf" | "otf" | "woff2";

/** The limits of a font. The largest fonts of the world's writing have about 35 MB and 30 tables. */
export const FONT_LIMITS = { fileBytes: 40 * 1024 ** 2, unpackedBytes: 80 * 1024 ** 2, tables: 64 } as const;

const FORMATS: Readonly<Record<number, FontFormat>> = {
  65536: "ttf",
  1953658213: "ttf",
  1330926671: "otf",
  2001684018: "woff2",
};

interface Entry {
  readonly offset: number;
  readonly length: number;
}

/** Returns the error for a font that breaks a rule. */
export function brokenFont(reason: string): AppError {
  return new AppError("media_unreadable", `Cannot read the font: ${reason}. Export it again, or use another file`);
}

/**
 * Reads the table directory of a TrueType, OpenType or WOFF2 font (OpenType 1.9, WOFF2 sections 4 and 5). Lengths and
 * offsets are checked against the file, and a packed font against a limit before it is unpacked.
 *
 * @throws {AppError} `media_unreadable`
 */
export function openFontTables(path: string): FontTables & Disposable {
  const file = openSync(path, "r");
  try {
    const { size } = fstatSync(file);
    if (size > FONT_LIMITS.fileBytes) {
      throw brokenFont(`it is larger than ${FONT_LIMITS.fileBytes / 1024 ** 2} MB`);
    }
    const read = (offset: number, length: number): DataView => {
      if (offset + length > size) throw brokenFont("it is incomplete");
      const bytes = new Uint8Array(length);
      if (readSync(file, bytes, 0, length, offset) < length) throw brokenFont("it is incomplete");
      return new DataView(bytes.buffer);
    };
    const format = FORMATS[read(0, 4).getUint32(0)];
    if (!format) throw brokenFont("it is not a TTF, OTF or WOFF2 file");
    const { entries, bytesAt } = format === "woff2" ? packedTables(read(0, size)) : plainTables(read, size);
    return {
      format,
      has: (tag) => entries.has(tag),
      table(tag) {
        const entry = entries.get(tag);
        return entry ? bytesAt(entry) : null;
      },
      [Symbol.dispose]: () => closeSync(file),
    };
  } catch (error) {
    closeSync(file);
    throw error;
  }
}

interface Tables {
  readonly entries: ReadonlyMap<string, Entry>;
  readonly bytesAt: (entry: Entry) => DataView;
}

function plainTables(read: (offset: number, length: number) => DataView, size: number): Tables {
  const count = checkedCount(read(4, 2).getUint16(0));
  const directory = read(12, count * 16);
  const entries = new Map<string, Entry>();
  for (let at = 0; at < count * 16; at += 16) {
    const entry = { offset: directory.getUint32(at + 8), length: directory.getUint32(at + 12) };
    const tag = tagAt(directory, at);
    if (entry.offset + entry.length > size) throw brokenFont(`its table "${tag.trim()}" lies outside of the file`);
    addOnce(entries, tag, entry);
  }
  return { entries, bytesAt: ({ offset, length }) => read(offset, length) };
}

function packedTables(file: DataView): Tables {
  if (file.byteLength < 48) throw brokenFont("it is incomplete");
  const count = checkedCount(file.getUint16(12));
  const packedLength = file.getUint32(20);
  const entries = new Map<string, Entry>();
  const cursor = { at: 48 };
  let unpacked = 0;
  for (let i = 0; i < count; i++) {
    const flags = byteAt(file, cursor);
    const known = flags & 0x3f;
    let tag = KNOWN_TAGS.slice(known * 4, known * 4 + 4);
    if (known === 0x3f) {
      if (cursor.at + 4 > file.byteLength) throw brokenFont("it is incomplete");
      tag = tagAt(file, cursor.at);
      cursor.at += 4;
    }
    let length = base128(file, cursor);
    // Version 3 of glyf and loca, and version 0 of every other table, is the table as it is.
    const isTransformed = flags >> 6 !== (tag === "glyf" || tag === "loca" ? 3 : 0);
    if (isTransformed) length = base128(file, cursor);
    addOnce(entries, tag, { offset: unpacked, length });
    unpacked += length;
  }
  if (unpacked > FONT_LIMITS.unpackedBytes || file.getUint32(16) > FONT_LIMITS.unpackedBytes) {
    throw brokenFont(`it would unpack to more than ${FONT_LIMITS.unpackedBytes / 1024 ** 2} MB`);
  }
  if (cursor.at + packedLength > file.byteLength) throw brokenFont("it is incomplete");
  let bytes: Uint8Array;
  try {
    const packed = new Uint8Array(file.buffer, cursor.at, packedLength);
    bytes = brotliDecompressSync(packed, { maxOutputLength: Math.max(1, unpacked) });
  } catch {
    throw brokenFont("its packed tables are damaged or longer than it declares");
  }
  if (bytes.byteLength !== unpacked) throw brokenFont("its packed tables are shorter than it declares");
  // A copy, so that a small table does not keep the whole font in memory.
  return {
    entries,
    bytesAt: ({ offset, length }) => new DataView(new Uint8Array(bytes.subarray(offset, offset + length)).buffer),
  };
}

function checkedCount(count: number): number {
  if (count === 0 || count > FONT_LIMITS.tables) throw brokenFont(`it declares ${count} tables`);
  return count;
}

function addOnce(entries: Map<string, Entry>, tag: string, entry: Entry): void {
  if (entries.has(tag)) throw brokenFont(`it has two tables "${tag.trim()}"`);
  entries.set(tag, entry);
}

function tagAt(view: DataView, at: number): string {
  return String.fromCharCode(view.getUint8(at), view.getUint8(at + 1), view.getUint8(at + 2), view.getUint8(at + 3));
}

function byteAt(view: DataView, cursor: { at: number }): number {
  if (cursor.at >= view.byteLength) throw brokenFont("it is incomplete");
  return view.getUint8(cursor.at++);
}

/** Reads a number of at most five bytes with seven bits each (WOFF2, section 4.1). */
function base128(view: DataView, cursor: { at: number }): number {
  let value = 0;
  for (let i = 0; i < 5; i++) {
    const byte = byteAt(view, cursor);
    value = value * 128 + (byte & 0x7f);
    if (byte < 0x80) return value;
  }
  throw brokenFont("it is damaged");
}

/** The tags that a WOFF2 directory names by their number (WOFF2, section 5.1). */
const KNOWN_TAGS =
  "cmapheadhheahmtxmaxpnameOS/2postcvt fpgmglyflocaprepCFF VORGEBDTEBLCgasphdmxkernLTSHPCLTVDMXvheavmtxBASEGDEFGPOS" +
  "GSUBEBSCJSTFMATHCBDTCBLCCOLRCPALSVG sbixacntavarbdatblocbslncvarfdscfeatfmtxfvargvarhstyjustlcarmortmorxopbdprop" +
  "trakZapfSilfGlatGlocFeatSill";
