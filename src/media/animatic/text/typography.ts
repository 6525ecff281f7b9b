import { type Canvas, createCanvas } from "@napi-rs/canvas";
import { emojiFile, fileFor, hanForms } from "./font_catalog.ts";
import { brandFont, packagedFont, type RegisteredFont } from "./font_registry.ts";

/** The weights of the design, with the files of Inter. */
const FACES = {
  regular: [400, "@expo-google-fonts/inter/400Regular/Inter_400Regular.ttf"],
  semibold: [600, "@expo-google-fonts/inter/600SemiBold/Inter_600SemiBold.ttf"],
  bold: [700, "@expo-google-fonts/inter/700Bold/Inter_700Bold.ttf"],
} as const;

/** A weight of the typeface. */
export type Face = keyof typeof FACES;

/** Text measurement and glyph coverage. */
export interface Typography {
  /** The language of the texts, as a BCP 47 tag; null if unknown. */
  readonly language: string | null;
  /** Returns the CSS font of a face at a size in pixels. */
  font(face: Face, size: number): string;
  /** Returns the advance width of a line in pixels. */
  width(text: string, face: Face, size: number): number;
  /** Returns true if one of the fonts has glyphs for all of a character, such as a letter with its marks. */
  covers(character: string): boolean;
}

/** The texts to set, and the fonts to set them in. */
export interface TypographyOptions {
  /** All texts, whose characters decide which fonts are loaded. */
  readonly texts?: readonly string[];
  /** A BCP 47 tag. */
  readonly language?: string | null;
  /** The fonts of the brand, which come before all others. */
  readonly fonts?: readonly { readonly path: string; readonly weight?: number }[];
  /** Receives a sentence about a brand's font that cannot be used. */
  readonly warn?: (message: string) => void;
}

/** Code points that are not drawn, and need no glyph: joiners and the selectors of a variant. */
const INVISIBLE = /[\p{Default_Ignorable_Code_Point}\u{e0020}-\u{e007f}]/gu;

/** Characters that are drawn as emoji unless they are followed by the selector of the text form. */
const EMOJI = /\p{Emoji_Presentation}|\p{Extended_Pictographic}|\ufe0f/u;

/**
 * Creates the typography of some texts. A character is drawn with the first font that has it: those of the brand, then
 * Inter, then the Noto fonts of other scripts and of emoji. All come as packages (SIL Open Font License), because a
 * fresh machine has no fonts at all, and only the files that the texts need are loaded.
 */
export function createTypography(options: TypographyOptions = {}): Typography {
  const { texts = [], language = null } = options;
  const branded = brandFonts(options);
  const fallbacks = fallbackFonts(texts.join("\n").normalize("NFC"), language, [
    ...branded.map(({ font }) => font),
    packagedFont(FACES.regular[1]),
  ]);
  const context = createCanvas(1, 1).getContext("2d");
  const stacks = new Map<Face, string>();
  const stackOf = (face: Face): string => {
    const [weight, file] = FACES[face];
    const nearest = branded.toSorted((a, b) => a.distance(weight) - b.distance(weight)).map(({ font }) => font);
    const stack = [...nearest, packagedFont(file), ...fallbacks].map(({ family }) => `"${family}"`).join(", ");
    stacks.set(face, stack);
    return stack;
  };
  const font = (face: Face, size: number): string => `${FACES[face][0]} ${size}px ${stacks.get(face) ?? stackOf(face)}`;
  const fonts = [...branded.map(({ font }) => font), packagedFont(FACES.regular[1]), ...fallbacks];
  return {
    language,
    font,
    width(text, face, size) {
      context.font = font(face, size);
      return context.measureText(text).width;
    },
    covers: (character) => fonts.some((font) => hasAll(font, character)),
  };
}

/** Creates a canvas of whole pixels, at least one. */
export function canvasOf(size: { width: number; height: number }): Canvas {
  return createCanvas(Math.max(1, Math.round(size.width)), Math.max(1, Math.round(size.height)));
}

interface BrandFont {
  readonly font: RegisteredFont;
  /** Returns how far the font is from a weight. */
  readonly distance: (weight: number) => number;
}

function brandFonts({ fonts = [], warn }: TypographyOptions): BrandFont[] {
  return fonts.flatMap(({ path, weight: given }) => {
    try {
      const font = brandFont(path);
      const [low, high] = given === undefined ? font.weights : [given, given];
      return [{ font, distance: (weight: number) => Math.max(0, low - weight, weight - high) }];
    } catch {
      warn?.("A font of the brand cannot be used, so the text is set in the next one");
      return [];
    }
  });
}

/** Loads the fonts for the characters that the first fonts lack, in the order in which they are tried. */
function fallbackFonts(text: string, language: string | null, first: readonly RegisteredFont[]): RegisteredFont[] {
  const forms = hanForms(text, language);
  const paths = new Set<string>();
  let hasEmoji = false;
  for (const character of new Set(text)) {
    const codePoint = character.codePointAt(0) ?? 0;
    if (EMOJI.test(character)) hasEmoji = true;
    if (/[\p{C}\s]/u.test(character) || first.some((font) => font.glyphOf(codePoint) > 0)) continue;
    const file = fileFor(codePoint, forms);
    if (file) paths.add(file.path);
  }
  const emoji = hasEmoji ? emojiFile() : null;
  return [...(emoji === null ? [] : [emoji]), ...paths].map(packagedFont);
}

function hasAll({ glyphOf }: RegisteredFont, character: string): boolean {
  return [...character.replace(INVISIBLE, "")].every((part) => glyphOf(part.codePointAt(0) ?? 0) > 0);
}
