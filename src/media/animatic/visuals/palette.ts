import { createCanvas } from "@napi-rs/canvas";
import type { AnimaticSpec } from "../spec.ts";

/** Red, green and blue, 0 to 255. */
export type Rgb = readonly [number, number, number];

/** The colours of cards and captions. */
export interface Palette {
  /** The brand's own colour, from which backgrounds of cards are derived. */
  brand: Rgb;
  /** The colour of small marks and lines; stands out on `ground`. */
  accent: Rgb;
  /** The ground of cards: a bright colour unchanged, any other darkened. */
  ground: Rgb;
  /** The other end of the ground's gradient. */
  deep: Rgb;
  /** The colour of text on cards, white or nearly black: a contrast of at least 7 (WCAG AAA) with both ends. */
  ink: Rgb;
  /** The light in the corner of a card. */
  glow: Rgb;
  /** A colour that is always dark: the ground of light logos, and text on paper. */
  dark: Rgb;
  /** An accent on dark grounds. */
  spark: Rgb;
  /** An accent on the shade of a caption over any picture. */
  captionAccent: Rgb;
  /** An accent on white. */
  paperAccent: Rgb;
}

const WHITE: Rgb = [255, 255, 255];
const BLACK: Rgb = [0, 0, 0];
const INK: Rgb = [10, 11, 14];

/** The lightest ground below a caption: pure white under its shade, which is darker below words in two colours. */
export const SHADED_WHITE: Rgb = [66, 68, 71];
/** The same below white text, with a contrast of more than 5. */
export const LIGHTLY_SHADED_WHITE: Rgb = [100, 102, 105];

/** The required contrast of accents (WCAG 2.2, AA). */
const ACCENT = 4.5;
/** The required contrast of text with the ground of a card (WCAG 2.2, AAA). */
const READABLE = 7;
/**
 * The contrast with black text from which a colour is bright: darkened, its yellow would be olive and its white grey.
 */
const BRIGHT = 6.2;

/** Brand and accent by tone, for brands without colours. */
const TONES: readonly [RegExp, Rgb, Rgb][] = [
  [/play|fun|cheer|happy|quirk|kid/i, [124, 58, 237], [255, 200, 61]],
  [/premium|luxur|elegan|exclusiv|sophist/i, [58, 50, 40], [212, 175, 106]],
  [/urgent|bold|energ|power|sport|dynamic/i, [190, 30, 45], [255, 176, 32]],
  [/calm|natur|organic|gentle|wellness|sooth/i, [22, 101, 88], [167, 216, 165]],
  [/warm|friend|cozy|cosy|family|heart/i, [160, 68, 28], [255, 196, 120]],
  [/tech|modern|profession|business|minimal|inform/i, [24, 72, 150], [92, 200, 255]],
];

/** The treatment of the brand's colour on cards and panels. */
export type GroundTreatment = "gradient" | "flat" | "deep" | "bright";

/**
 * Returns the palette of a spec: from the brand's colours, else from its tone, else indigo and coral. Every accent has
 * a contrast of at least 4.5 with its ground (WCAG 2.2, AA), for which it is lightened or darkened.
 */
export function paletteOf(brand: AnimaticSpec["brand"], treatment: GroundTreatment = "gradient"): Palette {
  const named = (brand?.colors ?? []).map(parseColor).filter((color) => color !== null);
  const tone = TONES.find(([words]) => words.test(brand?.tone ?? ""));
  const [first, second] = named;
  const base = first ?? tone?.[1] ?? [49, 46, 129];
  const other = second ?? first ?? tone?.[2] ?? [255, 138, 101];
  const isBright = treatment === "bright" || (treatment !== "deep" && contrast(base, INK) >= BRIGHT);
  const palette = isBright ? brightPalette(base, second ?? null) : darkPalette(base, other, treatment);
  return treatment === "flat" ? { ...palette, deep: blend(palette.ground, palette.deep, 0.35) } : palette;
}

type Grounds = Omit<Palette, "captionAccent" | "paperAccent">;

function darkPalette(base: Rgb, other: Rgb, treatment: GroundTreatment): Palette {
  const own = darkened(base, 7.5);
  const ground = treatment === "deep" ? blend(own, INK, 0.72) : own;
  const accent = lightened(other, { on: ground, wanted: ACCENT });
  const deep = blend(ground, BLACK, 0.55);
  return withAccents(
    { brand: base, accent, ground, deep, ink: WHITE, glow: accent, dark: ground, spark: accent },
    other,
  );
}

/** Returns a palette with dark text on the colour itself, or on a tint of it. */
function brightPalette(base: Rgb, second: Rgb | null): Palette {
  const ground = lightened(base, { on: INK, wanted: READABLE });
  const grounds: Grounds = {
    brand: base,
    accent: darkened(second ?? base, ACCENT, ground),
    ground,
    deep: blend(ground, WHITE, 0.15),
    ink: INK,
    glow: blend(base, WHITE, 0.5),
    dark: INK,
    spark: lightened(second ?? base, { on: INK, wanted: ACCENT }),
  };
  return withAccents(grounds, second ?? base);
}

function withAccents(grounds: Grounds, other: Rgb): Palette {
  return {
    ...grounds,
    captionAccent: lightened(other, { on: SHADED_WHITE, wanted: ACCENT }),
    paperAccent: darkened(other, ACCENT),
  };
}

/** Parses a CSS colour, or the first hexadecimal colour in a phrase such as `Signal orange (#FF5A1F)`; else null. */
export function parseColor(text: string): Rgb | null {
  const hex = /#(?:[0-9a-f]{6}|[0-9a-f]{3})\b/i.exec(text.slice(0, 200))?.[0];
  const context = createCanvas(1, 1).getContext("2d");
  // An unknown colour leaves fillStyle unchanged: two different initial values reveal it.
  const seen = ["#010203", "#030201"].map((start) => {
    context.fillStyle = start;
    context.fillStyle = hex ?? text.slice(0, 200).trim().toLowerCase();
    context.clearRect(0, 0, 1, 1);
    context.fillRect(0, 0, 1, 1);
    return [...context.getImageData(0, 0, 1, 1).data];
  });
  const [a, b] = seen;
  if (!a || !b || a.join() !== b.join() || a[3] !== 255) return null;
  return [a[0] ?? 0, a[1] ?? 0, a[2] ?? 0];
}

/** Returns the contrast of two colours, 1 to 21 (WCAG 2.2, "contrast ratio"). */
export function contrast(a: Rgb, b: Rgb): number {
  const [low = 0, high = 0] = [luminanceOf(a), luminanceOf(b)].sort((x, y) => x - y);
  return (high + 0.05) / (low + 0.05);
}

/** Mixes two colours; 0 is the first, 1 the second. */
export function blend(a: Rgb, b: Rgb, share: number): Rgb {
  const at = (i: 0 | 1 | 2): number => Math.round(a[i] + (b[i] - a[i]) * share);
  return [at(0), at(1), at(2)];
}

/** Formats a colour as CSS, with an opacity from 0 to 1. */
export function css([r, g, b]: Rgb, alpha = 1): string {
  return `rgba(${r}, ${g}, ${b}, ${alpha})`;
}

function darkened(color: Rgb, wanted: number, on: Rgb = WHITE): Rgb {
  for (let share = 0; share < 1; share += 0.04) {
    const tried = blend(color, BLACK, share);
    if (contrast(tried, on) >= wanted) return tried;
  }
  return BLACK;
}

function lightened(color: Rgb, { on, wanted }: { on: Rgb; wanted: number }): Rgb {
  for (let share = 0; share < 1; share += 0.05) {
    const tried = blend(color, WHITE, share);
    if (contrast(tried, on) >= wanted) return tried;
  }
  return WHITE;
}

/** Returns the relative luminance, 0 to 1 (WCAG 2.2). */
export function luminanceOf([r, g, b]: Rgb): number {
  const linear = (value: number): number => {
    const s = value / 255;
    return s <= 0.04045 ? s / 12.92 : ((s + 0.055) / 1.055) ** 2.4;
  };
  return 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);
}
