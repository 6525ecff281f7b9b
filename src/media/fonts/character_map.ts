import { brokenFont, type FontTables } from "./font_tables.ts";

/** The characters of a font. */
export interface CharacterMap {
  /** Returns the number of the glyph of a code point; 0 if the font has none. */
  readonly glyphOf: (codePoint: number) => number;
  /** Ranges of code points, ends included, that may have glyphs. */
  readonly ranges: readonly (readonly [number, number])[];
}

/** The Unicode subtables by platform and encoding, the most complete first. */
const UNICODE = ["3.10", "0.6", "0.4", "3.1", "0.3", "0.2", "0.1", "0.0"];

/**
 * Reads the character map of a font: subtable format 4 or 12 (OpenType, `cmap`). Numbers that point outside of the
 * table or the font count as no glyph.
 *
 * @throws {AppError} `media_unreadable` if there is no Unicode map in these formats
 */
export function readCharacterMap(tables: FontTables): CharacterMap {
  const cmap = tables.table("cmap");
  const maxp = tables.table("maxp");
  if (!cmap || cmap.byteLength < 4 || !maxp || maxp.byteLength < 6) throw brokenFont("it has no character map");
  const glyphs = maxp.getUint16(4);
  const found = new Map<string, number>();
  const count = Math.min(cmap.getUint16(2), Math.floor((cmap.byteLength - 4) / 8), 64);
  for (let at = 4; at < 4 + count * 8; at += 8) {
    found.set(`${cmap.getUint16(at)}.${cmap.getUint16(at + 2)}`, cmap.getUint32(at + 4));
  }
  for (const key of UNICODE) {
    const offset = found.get(key);
    if (offset === undefined || offset + 16 > cmap.byteLength) continue;
    const subtable = new DataView(cmap.buffer, cmap.byteOffset + offset, cmap.byteLength - offset);
    const format = subtable.getUint16(0);
    if (format !== 4 && format !== 12) continue;
    const { ranges, glyphOf } = format === 4 ? segments(subtable) : groups(subtable);
    return {
      ranges,
      glyphOf(codePoint) {
        const glyph = glyphOf(codePoint);
        return glyph < glyphs ? glyph : 0;
      },
    };
  }
  throw brokenFont("it has no Unicode character map");
}

/** Format 4: segments of the Basic Multilingual Plane. */
function segments(view: DataView): CharacterMap {
  const room = Math.floor((view.byteLength - 16) / 8);
  const count = Math.min(view.getUint16(6) >> 1, room);
  const [ends, starts, deltas, offsets] = [14, 16 + count * 2, 16 + count * 4, 16 + count * 6];
  const ranges: [number, number][] = [];
  for (let i = 0; i < count; i++) ranges.push([view.getUint16(starts + i * 2), view.getUint16(ends + i * 2)]);
  return {
    ranges,
    glyphOf(codePoint) {
      const i = rangeOf(ranges, codePoint);
      if (i < 0) return 0;
      const delta = view.getUint16(deltas + i * 2);
      const offset = view.getUint16(offsets + i * 2);
      if (offset === 0) return (codePoint + delta) & 0xffff;
      const at = offsets + i * 2 + offset + (codePoint - (ranges[i]?.[0] ?? 0)) * 2;
      const glyph = at + 2 <= view.byteLength ? view.getUint16(at) : 0;
      return glyph === 0 ? 0 : (glyph + delta) & 0xffff;
    },
  };
}

/** Format 12: groups of any code points. */
function groups(view: DataView): CharacterMap {
  const count = Math.min(view.getUint32(12), Math.floor((view.byteLength - 16) / 12));
  const ranges: [number, number][] = [];
  for (let at = 16; at < 16 + count * 12; at += 12) {
    ranges.push([view.getUint32(at), Math.min(view.getUint32(at + 4), 0x10ffff)]);
  }
  return {
    ranges,
    glyphOf(codePoint) {
      const i = rangeOf(ranges, codePoint);
      return i < 0 ? 0 : view.getUint32(16 + i * 12 + 8) + codePoint - (ranges[i]?.[0] ?? 0);
    },
  };
}

/** Returns the index of the range with a code point, by binary search; -1 if there is none. */
function rangeOf(ranges: readonly (readonly [number, number])[], codePoint: number): number {
  let [low, high] = [0, ranges.length - 1];
  while (low <= high) {
    const middle = (low + high) >> 1;
    const [start = 0, end = 0] = ranges[middle] ?? [];
    if (codePoint > end) low = middle + 1;
    else if (codePoint < start) high = middle - 1;
    else return middle;
  }
  return -1;
}
