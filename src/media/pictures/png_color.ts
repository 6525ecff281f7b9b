import { deflateSync } from "node:zlib";
import { type Curve, iccProfile, type Primaries, SRGB_CURVE, SRGB_PRIMARIES } from "./icc_profile.ts";
import type { PngChunk } from "./png_chunks.ts";

/** The chunks that define the colours of a PNG's samples. */
export const COLOR_CHUNKS: ReadonlySet<string> = new Set(["cICP", "iCCP", "sRGB", "gAMA", "cHRM"]);

/**
 * Returns an `iCCP` chunk equivalent to the other colour chunks, which the image library does not read; `null` if it
 * is not needed. The first of `cICP`, `iCCP`, `sRGB`, and `gAMA` with `cHRM` counts (PNG, third edition, section 4.3).
 */
export function colorProfile(chunks: readonly PngChunk[], isGrey: boolean): PngChunk | null {
  const find = (type: string) => chunks.find((chunk) => chunk.type === type)?.data;
  const color =
    codedColor(find("cICP")) ?? (find("iCCP") || find("sRGB") ? null : measuredColor(find("gAMA"), find("cHRM")));
  if (!color || (color.curve === SRGB_CURVE && color.primaries === SRGB_PRIMARIES)) return null;
  const profile = iccProfile({ curve: color.curve, primaries: isGrey ? null : color.primaries });
  return profile && { type: "iCCP", data: Buffer.concat([Buffer.from("color\0\0", "latin1"), deflateSync(profile)]) };
}

interface Color {
  readonly curve: Curve;
  readonly primaries: Primaries;
}

const D65 = SRGB_PRIMARIES.white;

/** Code points of ITU-T H.273, tables 2 and 3; those of HDR are not among them. */
const PRIMARIES: Readonly<Record<number, Primaries>> = {
  1: SRGB_PRIMARIES,
  5: { red: [0.64, 0.33], green: [0.29, 0.6], blue: [0.15, 0.06], white: D65 },
  6: { red: [0.63, 0.34], green: [0.31, 0.595], blue: [0.155, 0.07], white: D65 },
  9: { red: [0.708, 0.292], green: [0.17, 0.797], blue: [0.131, 0.046], white: D65 },
  11: { red: [0.68, 0.32], green: [0.265, 0.69], blue: [0.15, 0.06], white: [0.314, 0.351] },
  12: { red: [0.68, 0.32], green: [0.265, 0.69], blue: [0.15, 0.06], white: D65 },
};
const REC709: Curve = [1 / 0.45, 1 / 1.099, 0.099 / 1.099, 1 / 4.5, 0.081];
const CURVES: Readonly<Record<number, Curve>> = {
  1: REC709,
  4: [2.2],
  5: [2.8],
  6: REC709,
  8: [1],
  13: SRGB_CURVE,
  14: REC709,
  15: REC709,
};

function codedColor(data: Buffer | undefined): Color | null {
  if (data?.length !== 4 || data[2] !== 0) return null;
  const [primaries, curve] = [PRIMARIES[data[0] ?? 0], CURVES[data[1] ?? 0]];
  return primaries && curve ? { primaries, curve } : null;
}

function measuredColor(gamma: Buffer | undefined, chromaticities: Buffer | undefined): Color | null {
  const power = gamma?.length === 4 ? gamma.readUInt32BE(0) / 100_000 : 0;
  const curve: Curve | null = power >= 0.01 && power <= 100 ? [1 / power] : null;
  const primaries = chromaticities?.length === 32 ? primariesOf(chromaticities) : null;
  // Without a gamma the primaries use the curve of sRGB, and vice versa, as in browsers.
  return curve || primaries ? { curve: curve ?? SRGB_CURVE, primaries: primaries ?? SRGB_PRIMARIES } : null;
}

function primariesOf(data: Buffer): Primaries | null {
  const point = (at: number) => [data.readUInt32BE(at) / 100_000, data.readUInt32BE(at + 4) / 100_000] as const;
  const primaries = { white: point(0), red: point(8), green: point(16), blue: point(24) };
  const isReal = Object.values(primaries).every(([x, y]) => y > 0 && x + y <= 1);
  return isReal && iccProfile({ curve: SRGB_CURVE, primaries }) ? primaries : null;
}
