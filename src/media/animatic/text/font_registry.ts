import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { type FontKey, GlobalFonts } from "@napi-rs/canvas";
import { type CharacterMap, readCharacterMap } from "../../fonts/character_map.ts";
import { readFontFacts } from "../../fonts/font_facts.ts";
import { openFontTables } from "../../fonts/font_tables.ts";

/** A font that can be drawn with. */
export interface RegisteredFont {
  /** The name by which the canvas finds it. */
  readonly family: string;
  readonly glyphOf: CharacterMap["glyphOf"];
  /** The range of weights: two equal numbers for a static font. */
  readonly weights: readonly [number, number];
}

const packaged = new Map<string, RegisteredFont>();

/** Registers a font of an installed package. It stays registered, because the next text will need it as well. */
export function packagedFont(specifierOrPath: string): RegisteredFont {
  const known = packaged.get(specifierOrPath);
  if (known) return known;
  const path = specifierOrPath.startsWith("@") ? fileURLToPath(import.meta.resolve(specifierOrPath)) : specifierOrPath;
  const family = `Reelog ${packaged.size}`;
  const font = { family, ...charactersOf(path) };
  if (!GlobalFonts.registerFromPath(path, family)) throw new Error(`Cannot load the font ${path}`);
  packaged.set(specifierOrPath, font);
  return font;
}

/** The maximum of fonts of brands that stay registered for the next video. */
const MOST_BRAND_FONTS = 12;

const branded = new Map<string, { readonly font: RegisteredFont; readonly key: FontKey }>();

/**
 * Registers a font of a brand by its content, so that two brands never share a name.
 *
 * @throws {AppError} `media_unreadable`
 */
export function brandFont(path: string): RegisteredFont {
  const bytes = readFileSync(path);
  const family = `Brand ${Bun.hash(bytes).toString(36)} ${bytes.byteLength}`;
  const known = branded.get(family);
  if (known) return known.font;
  const font = { family, ...charactersOf(path) };
  const key = GlobalFonts.register(bytes, family);
  if (!key) throw new Error("Cannot load the font of the brand");
  branded.set(family, { font, key });
  const [oldest] = branded;
  if (branded.size > MOST_BRAND_FONTS && oldest) {
    GlobalFonts.remove(oldest[1].key);
    branded.delete(oldest[0]);
  }
  return font;
}

function charactersOf(path: string): Omit<RegisteredFont, "family"> {
  using tables = openFontTables(path);
  return { glyphOf: readCharacterMap(tables).glyphOf, weights: readFontFacts(tables).weights };
}
