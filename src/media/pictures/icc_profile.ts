/** Chromaticities of the three primaries and of white, as CIE x and y. */
export interface Primaries {
  readonly red: Point;
  readonly green: Point;
  readonly blue: Point;
  readonly white: Point;
}
type Point = readonly [x: number, y: number];

/**
 * The transfer curve from samples to light: a power; or `(a·v + b)^g` from `d` on and `c·v` below (ICC.1:2022, table
 * 68, types 0 and 3).
 */
export type Curve = readonly [g: number] | readonly [g: number, a: number, b: number, c: number, d: number];

/** sRGB, and so BT.709 (IEC 61966-2-1). */
export const SRGB_PRIMARIES: Primaries = {
  red: [0.64, 0.33],
  green: [0.3, 0.6],
  blue: [0.15, 0.06],
  white: [0.3127, 0.329],
};

/** The curve of sRGB (IEC 61966-2-1). */
export const SRGB_CURVE: Curve = [2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045];

/** The white point of profiles, D50 (ICC.1:2022, section 7.2.16). */
const D50: Vector = [0.9642, 1, 0.8249];

/**
 * Creates an ICC profile of grey or RGB samples, or returns `null` for primaries that span no colours.
 *
 * @example
 * ```ts
 * iccProfile({ curve: [2.2], primaries: null }); // grey
 * ```
 */
export function iccProfile(options: { curve: Curve; primaries: Primaries | null }): Buffer | null {
  const { curve, primaries } = options;
  const trc = parametric(curve);
  const tags: [name: string, value: Buffer][] = [["wtpt", xyz(D50)]];
  if (primaries) {
    const columns = colorants(primaries);
    if (!columns) return null;
    const [red, green, blue] = columns;
    tags.push(["rXYZ", xyz(red)], ["gXYZ", xyz(green)], ["bXYZ", xyz(blue)]);
    tags.push(["rTRC", trc], ["gTRC", trc], ["bTRC", trc]);
  } else {
    tags.push(["kTRC", trc]);
  }
  return withHeader(primaries ? "RGB " : "GRAY", tags);
}

function withHeader(space: string, tags: readonly [name: string, value: Buffer][]): Buffer {
  const table = Buffer.alloc(4 + 12 * tags.length);
  table.writeUInt32BE(tags.length, 0);
  let at = 128 + table.length;
  for (const [index, [name, value]] of tags.entries()) {
    table.write(name, 4 + 12 * index, "latin1");
    table.writeUInt32BE(at, 8 + 12 * index);
    table.writeUInt32BE(value.length, 12 + 12 * index);
    at += value.length;
  }
  const header = Buffer.alloc(128);
  header.writeUInt32BE(at, 0);
  header.writeUInt32BE(0x04300000, 8);
  header.write(`mntr${space}XYZ `, 12, "latin1");
  header.write("acsp", 36, "latin1");
  for (const [index, value] of D50.entries()) header.writeInt32BE(fixed(value), 68 + 4 * index);
  return Buffer.concat([header, table, ...tags.map(([, value]) => value)]);
}

function parametric(curve: Curve): Buffer {
  const value = Buffer.alloc(12 + 4 * curve.length);
  value.write("para", 0, "latin1");
  value.writeUInt16BE(curve.length === 1 ? 0 : 3, 8);
  for (const [index, parameter] of curve.entries()) value.writeInt32BE(fixed(parameter), 12 + 4 * index);
  return value;
}

function xyz(vector: Vector): Buffer {
  const value = Buffer.alloc(20);
  value.write("XYZ ", 0, "latin1");
  for (const [index, part] of vector.entries()) value.writeInt32BE(fixed(part), 8 + 4 * index);
  return value;
}

/** Encodes an s15Fixed16Number. */
function fixed(value: number): number {
  return Math.max(-0x80000000, Math.min(0x7fffffff, Math.round(value * 0x10000)));
}

type Vector = readonly [number, number, number];
/** A matrix of three columns. */
type Matrix = readonly [Vector, Vector, Vector];

/** The Bradford transform (ICC.1:2022, annex E). */
const BRADFORD: Matrix = [
  [0.8951, -0.7502, 0.0389],
  [0.2664, 1.7135, -0.0685],
  [-0.1614, 0.0367, 1.0296],
];

/** Returns the primaries in XYZ, adapted to D50. */
function colorants({ red, green, blue, white }: Primaries): Matrix | null {
  const [r, g, b, w] = [light(red), light(green), light(blue), light(white)];
  const shares = solve([r, g, b], w);
  if (!shares || !BRADFORD_INVERSE) return null;
  const from = times(BRADFORD, w);
  const to = times(BRADFORD, D50);
  const inverse = BRADFORD_INVERSE;
  const adapted = (color: Vector, share: number): Vector => {
    const [l, m, s] = times(BRADFORD, color);
    const cones: Vector = [(l * share * to[0]) / from[0], (m * share * to[1]) / from[1], (s * share * to[2]) / from[2]];
    return times(inverse, cones);
  };
  const columns: Matrix = [adapted(r, shares[0]), adapted(g, shares[1]), adapted(b, shares[2])];
  return columns.flat().every(Number.isFinite) ? columns : null;
}

function light([x, y]: Point): Vector {
  return [x / y, 1, (1 - x - y) / y];
}

function times([a, b, c]: Matrix, [x, y, z]: Vector): Vector {
  return [a[0] * x + b[0] * y + c[0] * z, a[1] * x + b[1] * y + c[1] * z, a[2] * x + b[2] * y + c[2] * z];
}

/** Solves a linear system by Cramer's rule. */
function solve([a, b, c]: Matrix, vector: Vector): Vector | null {
  const whole = determinant([a, b, c]);
  if (!Number.isFinite(whole) || Math.abs(whole) < 1e-9) return null;
  const part = (columns: Matrix) => determinant(columns) / whole;
  return [part([vector, b, c]), part([a, vector, c]), part([a, b, vector])];
}

function determinant([a, b, c]: Matrix): number {
  return a[0] * (b[1] * c[2] - b[2] * c[1]) - b[0] * (a[1] * c[2] - a[2] * c[1]) + c[0] * (a[1] * b[2] - a[2] * b[1]);
}

const BRADFORD_INVERSE = inverseOf(BRADFORD);

function inverseOf(matrix: Matrix): Matrix | null {
  const [x, y, z] = [solve(matrix, [1, 0, 0]), solve(matrix, [0, 1, 0]), solve(matrix, [0, 0, 1])];
  return x && y && z && [x, y, z];
}
