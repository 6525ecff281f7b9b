import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { type Canvas, createCanvas, GlobalFonts } from "@napi-rs/canvas";
import { parse } from "opentype.js";

/** The weights of Inter in the design, by registered family name. */
const FACES = {
  regular: ["Reelog Regular", "400Regular/Inter_400Regular.ttf"],
  semibold: ["Reelog SemiBold", "600SemiBold/Inter_600SemiBold.ttf"],
  bold: ["Reelog Bold", "700Bold/Inter_700Bold.ttf"],
} as const;

/** A weight of the one typeface. */
export type Face = keyof typeof FACES;

/** Text measurement and glyph coverage. */
export interface Typography {
  /** Returns the CSS font of a face at a size in pixels. */
  font(face: Face, size: number): string;
  /** Returns the advance width of a line in pixels. */
  width(text: string, face: Face, size: number): number;
  /** Returns true if the typeface has a glyph for this code point. */
  covers(codePoint: number): boolean;
}

/**
 * Creates the typography of the animatic: Inter (SIL Open Font License), shipped as a package because a fresh machine
 * has no fonts at all. It covers Latin with Vietnamese, Greek and Cyrillic, punctuation, currency signs and arrows. It
 * does not cover Arabic, Hebrew, the Indic scripts, Thai, Chinese, Japanese, Korean or emoji.
 */
export function createTypography(): Typography {
  for (const [family, file] of Object.values(FACES)) {
    // Registering the same file twice would only grow the library's list.
    if (!GlobalFonts.has(family)) GlobalFonts.registerFromPath(fontPath(file), family);
  }
  const bytes = readFileSync(fontPath(FACES.regular[1]));
  const glyphs = parse(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
  const context = createCanvas(1, 1).getContext("2d");
  const font = (face: Face, size: number): string => `${size}px "${FACES[face][0]}"`;
  return {
    font,
    width(text, face, size) {
      context.font = font(face, size);
      return context.measureText(text).width;
    },
    covers: (codePoint) => glyphs.charToGlyphIndex(String.fromCodePoint(codePoint)) > 0,
  };
}

/** Creates a canvas of whole pixels, at least one. */
export function canvasOf(size: { width: number; height: number }): Canvas {
  return createCanvas(Math.max(1, Math.round(size.width)), Math.max(1, Math.round(size.height)));
}

function fontPath(file: string): string {
  return fileURLToPath(import.meta.resolve(`@expo-google-fonts/inter/${file}`));
}
