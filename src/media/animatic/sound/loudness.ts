import { SOUND_RATE } from "./sound_spec.ts";

/** Measures the integrated loudness of a stream. */
export interface LoudnessMeter {
  add(left: Float32Array, right: Float32Array): void;
  /** Returns LUFS; null for silence. */
  value(): number | null;
}

/** Blocks of 400 ms overlap by three quarters, so sums are kept for steps of 100 ms. */
const STEP = SOUND_RATE / 10;
const STEPS_OF_A_BLOCK = 4;
/** LUFS below which a block does not count, and LU below the mean of the others. */
const ABSOLUTE_GATE = -70;
const RELATIVE_GATE = -10;

/** The coefficients of a second-order filter. */
type Biquad = readonly [b0: number, b1: number, b2: number, a1: number, a2: number];
/** The K-weighting at 48 kHz (ITU-R BS.1770-4, tables 1 and 2). */
const SHELF: Biquad = [1.53512485958697, -2.69169618940638, 1.19839281085285, -1.69065929318241, 0.73248077421585];
const HIGH_PASS: Biquad = [1, -2, 1, -1.99004745483398, 0.99007225036621];

/**
 * Creates a meter of integrated loudness by ITU-R BS.1770-4 for stereo at 48 kHz. It keeps one number for each 100 ms.
 *
 * The package `ebur128-wasm` measures only a whole sound in memory, which would grow with the film.
 */
export function createLoudnessMeter(): LoudnessMeter {
  const weigh = [createWeighting(), createWeighting()] as const;
  const steps: number[] = [];
  let [sum, count, all] = [0, 0, 0];
  return {
    add(left, right) {
      for (let i = 0; i < left.length; i++) {
        const [a, b] = [weigh[0](left[i] ?? 0), weigh[1](right[i] ?? 0)];
        sum += a * a + b * b;
        if (++count < STEP) continue;
        steps.push(sum);
        all += sum;
        [sum, count] = [0, 0];
      }
    },
    value() {
      const blocks = blocksOf(steps);
      // A sound that is shorter than a block is measured as one.
      if (blocks.length === 0) blocks.push((all + sum) / (steps.length * STEP + count || 1));
      const heard = blocks.filter((block) => lufs(block) > ABSOLUTE_GATE);
      if (heard.length === 0) return null;
      const gate = lufs(mean(heard)) + RELATIVE_GATE;
      return lufs(mean(heard.filter((block) => lufs(block) > gate)));
    },
  };
}

function blocksOf(steps: readonly number[]): number[] {
  const blocks: number[] = [];
  let sum = 0;
  for (const [index, step] of steps.entries()) {
    sum += step;
    if (index >= STEPS_OF_A_BLOCK) sum -= steps[index - STEPS_OF_A_BLOCK] ?? 0;
    if (index >= STEPS_OF_A_BLOCK - 1) blocks.push(Math.max(0, sum) / (STEPS_OF_A_BLOCK * STEP));
  }
  return blocks;
}

function createWeighting(): (sample: number) => number {
  const [shelf, highPass] = [createBiquad(SHELF), createBiquad(HIGH_PASS)];
  return (sample) => highPass(shelf(sample));
}

/** Creates a filter in transposed direct form II. */
function createBiquad([b0, b1, b2, a1, a2]: Biquad): (sample: number) => number {
  let [first, second] = [0, 0];
  return (sample) => {
    const out = b0 * sample + first;
    first = b1 * sample - a1 * out + second;
    second = b2 * sample - a2 * out;
    return out;
  };
}

function lufs(meanSquare: number): number {
  return -0.691 + 10 * Math.log10(meanSquare);
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Returns the amplitude of a level in dB. */
export function amplitude(decibels: number): number {
  return 10 ** (decibels / 20);
}
