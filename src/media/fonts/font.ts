import { createCanvas, GlobalFonts } from "@napi-rs/canvas";
import { type MediaFacts, mediaFacts } from "../facts.ts";
import { type CharacterMap, readCharacterMap } from "./character_map.ts";
import { readFontFacts } from "./font_facts.ts";
import { brokenFont, type FontFormat, type FontTables, openFontTables } from "./font_tables.ts";

/** The maximum of characters that are drawn: more than any font has glyphs. */
const MOST_CHARACTERS = 70_000;
/** The characters of one line of the trial. */
const LINE = 64;
const TRIAL = "Font under trial";

const REQUIRED = ["cmap", "head", "hhea", "hmtx", "maxp"];
const OUTLINES = ["glyf", "CFF ", "CFF2", "CBDT", "sbix", "COLR"];

/**
 * Reads a font: family and weight. Every character is really drawn, because a glyph may be a program that never ends;
 * the processor time of the process bounds it.
 *
 * @throws {AppError} `media_unreadable`
 */
export function readFont(path: string, format: FontFormat): MediaFacts {
  using tables = openFontTables(path);
  if (tables.format !== format) throw brokenFont("its header contradicts its content");
  for (const tag of REQUIRED) if (!tables.has(tag)) throw brokenFont(`it has no table "${tag}"`);
  if (!OUTLINES.some((tag) => tables.has(tag))) throw brokenFont("it has no glyphs");
  checkHead(tables);
  const { family, weight } = readFontFacts(tables);
  drawAll(path, readCharacterMap(tables));
  return { ...mediaFacts(format), family, weight };
}

/** Draws the first letters of a font, dark on white, as its thumbnail. */
export function fontSpecimen(path: string): Buffer {
  using tables = openFontTables(path);
  const { glyphOf, ranges } = readCharacterMap(tables);
  const hasLatin = [..."Aa"].every((letter) => glyphOf(letter.codePointAt(0) ?? 0) > 0);
  const text = hasLatin ? "Aa" : (charactersOf({ glyphOf, ranges }).next().value ?? "");
  return withFont(path, () => {
    const canvas = createCanvas(640, 400);
    const context = canvas.getContext("2d");
    context.fillStyle = "#fff";
    context.fillRect(0, 0, 640, 400);
    context.fillStyle = "#15171c";
    context.font = `220px "${TRIAL}"`;
    context.textAlign = "center";
    context.fillText(text, 320, 275);
    return canvas.toBuffer("image/png");
  });
}

/** The `magicNumber` and the plausible sizes of `head` (OpenType, `head`). */
function checkHead(tables: FontTables): void {
  const head = tables.table("head");
  if (!head || head.byteLength < 54 || head.getUint32(12) !== 0x5f0f3cf5)
    throw brokenFont('its table "head" is damaged');
  const unitsPerEm = head.getUint16(18);
  if (unitsPerEm < 16 || unitsPerEm > 16_384) throw brokenFont(`it has ${unitsPerEm} units per em`);
}

function drawAll(path: string, map: CharacterMap): void {
  withFont(path, () => {
    const canvas = createCanvas(LINE * 24, 32);
    const context = canvas.getContext("2d");
    context.font = `16px "${TRIAL}"`;
    let line = "";
    let count = 0;
    for (const character of charactersOf(map)) {
      count += 1;
      line += character;
      if (count % LINE !== 0) continue;
      context.fillText(line, 0, 24);
      line = "";
    }
    context.fillText(line, 0, 24);
    // Drawing is deferred until the pixels are read.
    context.getImageData(0, 0, 1, 1);
    if (count === 0) throw brokenFont("it has no characters");
  });
}

function withFont<Result>(path: string, use: () => Result): Result {
  const key = GlobalFonts.registerFromPath(path, TRIAL);
  if (!key) throw brokenFont("it is truncated or damaged");
  try {
    return use();
  } finally {
    GlobalFonts.remove(key);
  }
}

function* charactersOf({ ranges, glyphOf }: CharacterMap): Generator<string, undefined> {
  let seen = 0;
  let last = -1;
  for (const [start, end] of ranges) {
    for (let codePoint = Math.max(start, last + 1); codePoint <= end; codePoint++) {
      // Surrogates are no characters.
      if (codePoint >= 0xd800 && codePoint <= 0xdfff) continue;
      if (++seen > MOST_CHARACTERS) throw brokenFont(`it declares more than ${MOST_CHARACTERS} characters`);
      if (glyphOf(codePoint) > 0) yield String.fromCodePoint(codePoint);
    }
    last = Math.max(last, end);
  }
}
