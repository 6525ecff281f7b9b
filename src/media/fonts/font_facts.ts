import { brokenFont, type FontTables } from "./font_tables.ts";

/** The facts that a font declares about itself. */
export interface FontFacts {
  /** The name of the family, on one line; null if it has none. */
  readonly family: string | null;
  /** The weight, 1 to 1000: 400 is regular, 700 is bold. */
  readonly weight: number;
  /** The range of weights: two equal numbers for a static font. */
  readonly weights: readonly [number, number];
  readonly glyphs: number;
}

const REGULAR = 400;
const LONGEST_FAMILY = 100;

/** Reads the facts of a font from its tables `name`, `OS/2`, `fvar` and `maxp`. @throws {AppError} `media_unreadable` */
export function readFontFacts(tables: FontTables): FontFacts {
  const maxp = tables.table("maxp");
  if (!maxp || maxp.byteLength < 6) throw brokenFont("it does not declare its glyphs");
  const os2 = tables.table("OS/2");
  const declared = os2 && os2.byteLength >= 6 ? os2.getUint16(4) : REGULAR;
  const weight = declared >= 1 && declared <= 1000 ? declared : REGULAR;
  const weights = weightAxis(tables.table("fvar"));
  return {
    family: familyName(tables.table("name")),
    // A variable font stands for its regular weight, whichever it declares.
    weight: weights ? Math.round(Math.min(Math.max(REGULAR, weights[0]), weights[1])) : weight,
    weights: weights ?? [weight, weight],
    glyphs: maxp.getUint16(4),
  };
}

/** The typographic family is better than the family, which older programs limit to four styles. */
const FAMILY_IDS = [16, 1];

function familyName(table: DataView | null): string | null {
  if (!table || table.byteLength < 6) return null;
  const strings = table.getUint16(4);
  const count = Math.min(table.getUint16(2), Math.floor((table.byteLength - 6) / 12));
  const names: { id: number; rank: number; text: string }[] = [];
  for (let at = 6; at < 6 + count * 12; at += 12) {
    const [platform, language, id] = [table.getUint16(at), table.getUint16(at + 4), table.getUint16(at + 6)];
    const [length, start] = [table.getUint16(at + 8), strings + table.getUint16(at + 10)];
    if (!FAMILY_IDS.includes(id) || start + length > table.byteLength) continue;
    const bytes = new Uint8Array(table.buffer, table.byteOffset + start, length);
    const encoding = platform === 1 ? "macintosh" : "utf-16be";
    const text = new TextDecoder(encoding)
      .decode(bytes)
      .replace(/[\p{C}\s]+/gu, " ")
      .trim();
    const isEnglish = platform === 3 && language === 0x409;
    if (text !== "") names.push({ id, rank: FAMILY_IDS.indexOf(id) * 2 + (isEnglish ? 0 : 1), text });
  }
  names.sort((a, b) => a.rank - b.rank);
  return [...(names[0]?.text ?? "")].slice(0, LONGEST_FAMILY).join("") || null;
}

function weightAxis(table: DataView | null): [number, number] | null {
  if (!table || table.byteLength < 16) return null;
  const [start, count, size] = [table.getUint16(4), table.getUint16(8), table.getUint16(10)];
  if (size < 20) return null;
  for (let i = 0, at = start; i < count && at + 20 <= table.byteLength; i++, at += size) {
    if (table.getUint32(at) !== 0x77676874) continue;
    const [low, high] = [table.getInt32(at + 4) / 65536, table.getInt32(at + 12) / 65536];
    return low >= 1 && high <= 1000 && low <= high ? [low, high] : null;
  }
  return null;
}
