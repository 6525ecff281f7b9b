import type { Piece } from "./piece_loop.ts";

/** Changes the sample rate of a stream of pieces. */
export interface Resampler {
  /** Returns the samples that can be computed after one more piece. */
  push(piece: Piece): Piece;
}

/** Zero crossings of the filter on each side: about 80 dB of attenuation with the window below. */
const CROSSINGS = 16;
/** Points of the filter's table between two zero crossings. */
const POINTS = 512;
/** The passband as a share of the band; the rest is the slope of the filter. */
const PASS = 0.94;

/** Creates a resampler with band-limited interpolation by a windowed sinc (J. O. Smith, "Digital Audio Resampling"). */
export function createResampler(from: number, to: number): Resampler {
  const cutoff = Math.min(1, to / from) * PASS;
  const reach = Math.ceil(CROSSINGS / cutoff);
  const step = from / to;
  let left = new Float32Array(reach);
  let right = new Float32Array(reach);
  // The position of the next sample in the buffer, which begins with silence as long as the filter.
  let at = reach;
  return {
    push(piece) {
      left = joined(left, piece.left);
      right = joined(right, piece.right);
      const count = Math.max(0, Math.ceil((left.length - reach - at) / step));
      const out = { rate: to, left: new Float32Array(count), right: new Float32Array(count) };
      for (let i = 0; i < count; i++) {
        const place = at + i * step;
        const [first, last] = [Math.ceil(place - reach), Math.floor(place + reach)];
        let [sumLeft, sumRight] = [0, 0];
        for (let tap = Math.max(0, first); tap <= last; tap++) {
          const weight = filterAt(Math.abs(place - tap) * cutoff) * cutoff;
          sumLeft += weight * (left[tap] ?? 0);
          sumRight += weight * (right[tap] ?? 0);
        }
        out.left[i] = sumLeft;
        out.right[i] = sumRight;
      }
      at += count * step;
      const done = Math.max(0, Math.floor(at) - reach);
      left = left.slice(done);
      right = right.slice(done);
      at -= done;
      return out;
    },
  };
}

/** Half of a sinc under a Blackman window. */
const TABLE = Float64Array.from({ length: CROSSINGS * POINTS + 2 }, (_, index) => {
  const x = index / POINTS;
  if (x >= CROSSINGS) return 0;
  const angle = (Math.PI * x) / CROSSINGS;
  const window = 0.42 + 0.5 * Math.cos(angle) + 0.08 * Math.cos(2 * angle);
  return x === 0 ? 1 : (window * Math.sin(Math.PI * x)) / (Math.PI * x);
});

function filterAt(x: number): number {
  const place = x * POINTS;
  const index = Math.floor(place);
  const low = TABLE[index] ?? 0;
  return low + ((TABLE[index + 1] ?? 0) - low) * (place - index);
}

function joined(a: Float32Array, b: Float32Array): Float32Array<ArrayBuffer> {
  const both = new Float32Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}
