import type { Stereo } from "./downmix.ts";
import { SOUND_RATE } from "./sound_spec.ts";
import { PEAK_REACH, raiseToTruePeaks } from "./true_peak.ts";

/** Samples by which the gain begins to fall before a peak: 5 ms. */
const ATTACK = SOUND_RATE / 200;
/** The release time in seconds, after which most of the attenuation is gone. */
const RELEASE = 0.15;
const RISE = 1 - Math.exp(-1 / (RELEASE * SOUND_RATE));

/** The frames around a block that its gains depend on. */
export const LIMITER_REACH = { before: PEAK_REACH, after: ATTACK + PEAK_REACH } as const;

/**
 * Creates a limiter of the true peak. Called with one block after the other, it returns the gain of each frame: smooth,
 * and low enough when a peak comes, because it looks ahead.
 *
 * @param ceiling the largest true peak, as an amplitude
 * @returns a function of a block with {@linkcode LIMITER_REACH} more frames around it
 */
export function createTruePeakLimiter(ceiling: number): (block: Stereo) => Float32Array {
  // The envelopes of the frames before, whose mean is the gain; it falls to a new level within the attack.
  const recent = new Float32Array(ATTACK + 1).fill(1);
  let [at, sum, envelope] = [0, ATTACK + 1, 1];
  return ({ left, right }) => {
    const frames = left.length - LIMITER_REACH.before - LIMITER_REACH.after;
    const peaks = new Float32Array(frames + ATTACK);
    raiseToTruePeaks(peaks, left, ceiling);
    raiseToTruePeaks(peaks, right, ceiling);
    const highest = slidingMaximum(peaks, ATTACK + 1);
    const gains = new Float32Array(frames);
    for (let i = 0; i < frames; i++) {
      const wanted = Math.min(1, ceiling / Math.max(ceiling, highest[i] ?? 0));
      envelope = Math.min(wanted, envelope + (1 - envelope) * RISE);
      sum += envelope - (recent[at] ?? 0);
      recent[at] = envelope;
      // The stored value is rounded, and the sum must stay that of the stored values.
      sum += (recent[at] ?? 0) - envelope;
      at = (at + 1) % (ATTACK + 1);
      gains[i] = Math.min(1, sum / (ATTACK + 1));
    }
    return gains;
  };
}

/** Returns the maximum of each run of values that lies wholly within them. */
function slidingMaximum(values: Float32Array, length: number): Float32Array {
  const out = new Float32Array(values.length - length + 1);
  // Indices of falling values: the first is the maximum of the run.
  const queue = new Int32Array(values.length);
  let [head, tail] = [0, 0];
  for (let i = 0; i < values.length; i++) {
    while (tail > head && (values[queue[tail - 1] ?? 0] ?? 0) <= (values[i] ?? 0)) tail--;
    queue[tail++] = i;
    if ((queue[head] ?? 0) <= i - length) head++;
    if (i >= length - 1) out[i - length + 1] = values[queue[head] ?? 0] ?? 0;
  }
  return out;
}
