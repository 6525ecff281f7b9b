import type { VideoFrame } from "@napi-rs/webcodecs";
import type { Sampling } from "./frame_planes.ts";

/** The conversion of a frame's planes to RGB for an ordinary screen. */
export interface WideColor extends Sampling {
  /** Returns one opaque pixel, red in its lowest byte. */
  toRgb(y: number, u: number, v: number): number;
}

/** The weights of red and blue in brightness (ITU-R BT.601, BT.709, BT.2020: the luminance equation). */
const WEIGHTS: Readonly<Record<string, readonly [number, number]>> = {
  smpte170m: [0.299, 0.114],
  bt470bg: [0.299, 0.114],
  bt709: [0.2126, 0.0722],
  "bt2020-ncl": [0.2627, 0.0593],
};

/** Steps of the tables between zero and one. */
const STEPS = 4096;

/** Candelas per square metre of white in an HDR film (ITU-R BT.2408, section 2.1). */
const WHITE_NITS = 203;

/** The share of white below which nothing is changed; above it, highlights approach white (as in ITU-R BT.2390). */
const KNEE = 0.7;

/**
 * Returns the conversion of a frame with more than 8 bits, the primaries of BT.2020, or the transfer of PQ or HLG; null
 * for all others. HDR films are tone-mapped to an ordinary screen; without that they look flat and grey.
 */
export function wideColorOf(frame: VideoFrame): WideColor | null {
  const [, sampling, bits] = /^I4(20|22|44)(?:P(10|12))?$/.exec(frame.format ?? "") ?? [];
  const { matrix, transfer, primaries, fullRange } = frame.colorSpace;
  const isBright = transfer === "pq" || transfer === "hlg";
  const isWide = primaries === "bt2020" || matrix === "bt2020-ncl";
  if (!sampling || !(bits || isBright || isWide)) return null;
  const isLarge = Math.min(frame.codedWidth, frame.codedHeight) >= 720;
  const weights = WEIGHTS[matrix ?? ""] ?? WEIGHTS[isWide || isBright ? "bt2020-ncl" : isLarge ? "bt709" : "smpte170m"];
  const [kr, kb] = weights ?? [0.2126, 0.0722];
  const top = 2 ** Number(bits ?? 8) - 1;
  const unit = 2 ** (Number(bits ?? 8) - 8);
  const [black, lumaRange, chromaRange] = fullRange ? [0, top, top] : [16 * unit, 219 * unit, 224 * unit];
  const show = isBright ? brightToScreen(transfer) : isWide ? wideToScreen : plainToScreen;
  return {
    shift: [sampling === "44" ? 0 : 1, sampling === "20" ? 1 : 0],
    bytesPerSample: bits ? 2 : 1,
    toRgb: remembered(Number(bits ?? 8), (y, u, v) => {
      const luma = (y - black) / lumaRange;
      const [cb, cr] = [(u - 128 * unit) / chromaRange, (v - 128 * unit) / chromaRange];
      const red = luma + 2 * (1 - kr) * cr;
      const blue = luma + 2 * (1 - kb) * cb;
      return show(red, (luma - kr * red - kb * blue) / (1 - kr - kb), blue);
    }),
  };
}

/**
 * Remembers the pixels of a conversion by 8 bits of luma and 7 of each chroma: converting a frame of 4K takes a second
 * of processor time otherwise. Samples are rounded, so that grey, black and white stay exact.
 */
function remembered(bits: number, convert: WideColor["toRgb"]): WideColor["toRgb"] {
  const pixels = new Int32Array(1 << 22);
  const [light, color] = [bits - 8, bits - 7];
  const [halfLight, halfColor] = [(1 << light) >> 1, (1 << color) >> 1];
  return (y, u, v) => {
    const l = Math.min(255, (y + halfLight) >> light);
    const b = Math.min(127, (u + halfColor) >> color);
    const r = Math.min(127, (v + halfColor) >> color);
    const key = (l << 14) | (b << 7) | r;
    // An opaque pixel is never zero.
    if (!pixels[key]) pixels[key] = convert(l << light, b << color, r << color);
    return pixels[key] ?? 0;
  };
}

type ToScreen = (red: number, green: number, blue: number) => number;

function plainToScreen(red: number, green: number, blue: number): number {
  return packed(red * 255, green * 255, blue * 255);
}

/** The conversion of standard brightness in the colours of BT.2020. */
const wideToScreen: ToScreen = (red, green, blue) => {
  const [r, g, b] = [at(TO_LIGHT, red), at(TO_LIGHT, green), at(TO_LIGHT, blue)];
  return inSrgbPrimaries(r, g, b, FROM_LIGHT);
};

function brightToScreen(transfer: "pq" | "hlg"): ToScreen {
  const light = transfer === "pq" ? PQ : HLG;
  return (red, green, blue) => {
    const [r, g, b] = [at(light, red), at(light, green), at(light, blue)];
    // The OOTF: HLG is scene light, which a screen of 1,000 nits shows with a gamma of 1.2.
    const luminance = 0.2627 * r + 0.678 * g + 0.0593 * b;
    const gain = transfer === "pq" ? 1 : (1000 / WHITE_NITS) * luminance ** 0.2;
    return inSrgbPrimaries(r * gain, g * gain, b * gain, SRGB);
  };
}

/**
 * Converts light in the primaries of BT.2020 to a pixel in those of BT.709 (ITU-R BT.2087), with compressed highlights.
 */
function inSrgbPrimaries(r: number, g: number, b: number, encode: Float32Array): number {
  const red = Math.max(0, 1.6605 * r - 0.5876 * g - 0.0728 * b);
  const green = Math.max(0, -0.1246 * r + 1.1329 * g - 0.0083 * b);
  const blue = Math.max(0, -0.0182 * r - 0.1006 * g + 1.1187 * b);
  const most = Math.max(red, green, blue);
  const scale = encode === SRGB && most > KNEE ? highlight(most) / most : 1;
  return packed(at(encode, red * scale) * 255, at(encode, green * scale) * 255, at(encode, blue * scale) * 255);
}

function highlight(light: number): number {
  return KNEE + (1 - KNEE) * (1 - Math.exp((KNEE - light) / (1 - KNEE)));
}

/** Light by PQ signal, as a share of white. */
const PQ = tableOf((signal) => {
  const root = signal ** (1 / 78.84375);
  return (
    ((Math.max(0, root - 0.8359375) / (18.8515625 - 18.6875 * root)) ** (1 / 0.1593017578125) * 10_000) / WHITE_NITS
  );
});

/** Scene light by HLG signal (ITU-R BT.2100, table 5). */
const HLG = tableOf((signal) =>
  signal <= 0.5 ? signal ** 2 / 3 : (Math.exp((signal - 0.55991073) / 0.17883277) + 0.28466892) / 12,
);

const TO_LIGHT = tableOf((signal) => signal ** 2.4);
const FROM_LIGHT = tableOf((light) => light ** (1 / 2.4));
const SRGB = tableOf((light) => (light <= 0.0031308 ? 12.92 * light : 1.055 * light ** (1 / 2.4) - 0.055));

function tableOf(of: (value: number) => number): Float32Array {
  return Float32Array.from({ length: STEPS + 1 }, (_, step) => of(step / STEPS));
}

function at(table: Float32Array, value: number): number {
  return table[value <= 0 ? 0 : value >= 1 ? STEPS : Math.round(value * STEPS)] ?? 0;
}

function packed(red: number, green: number, blue: number): number {
  return -0x1000000 | (byte(blue) << 16) | (byte(green) << 8) | byte(red);
}

function byte(value: number): number {
  return value <= 0 ? 0 : value >= 255 ? 255 : Math.round(value);
}
