/** Samples on each side of a point that its interpolation needs. */
export const PEAK_REACH = 12;
/** Points for each sample: four times oversampling, as ITU-R BS.1770-4, annex 2, demands for 48 kHz. */
const POINTS = 4;

/** Windowed sinc filters for the points between two samples. */
const FILTERS = Array.from({ length: POINTS - 1 }, (_, point) =>
  Float64Array.from({ length: 2 * PEAK_REACH }, (_, tap) => {
    const x = tap - (PEAK_REACH - 1) - (point + 1) / POINTS;
    const window = Math.cos((Math.PI * x) / (2 * PEAK_REACH)) ** 2;
    return (window * Math.sin(Math.PI * x)) / (Math.PI * x);
  }),
);
/** The most by which a point between samples can exceed all of them. */
const EXCESS = Math.max(...FILTERS.map((filter) => filter.reduce((sum, tap) => sum + Math.abs(tap), 0)));
/** Samples whose peak is bounded together. */
const RUN = 64;

/**
 * Raises `peaks[i]` to the true peak at `samples[PEAK_REACH + i]` and on the way to the next sample. Points that are
 * certainly below `floor` are not interpolated.
 *
 * @param samples has {@linkcode PEAK_REACH} more samples on each side than `peaks`
 */
export function raiseToTruePeaks(peaks: Float32Array, samples: Float32Array, floor: number): void {
  for (let run = 0; run < peaks.length; run += RUN) {
    const end = Math.min(peaks.length, run + RUN);
    let most = 0;
    for (let i = run; i < end + 2 * PEAK_REACH; i++) most = Math.max(most, Math.abs(samples[i] ?? 0));
    const isBelow = most * EXCESS < floor;
    for (let i = run; i < end; i++) {
      let peak = Math.max(peaks[i] ?? 0, Math.abs(samples[i + PEAK_REACH] ?? 0));
      if (!isBelow) peak = Math.max(peak, peakBetween(samples, i + 1));
      peaks[i] = peak;
    }
  }
}

function peakBetween(samples: Float32Array, from: number): number {
  let peak = 0;
  for (const filter of FILTERS) {
    let sum = 0;
    for (let tap = 0; tap < 2 * PEAK_REACH; tap++) sum += (filter[tap] ?? 0) * (samples[from + tap] ?? 0);
    peak = Math.max(peak, Math.abs(sum));
  }
  return peak;
}

/** Measures the true peak of a stream. */
export interface TruePeakMeter {
  add(left: Float32Array, right: Float32Array): void;
  /** Returns dBTP; null for silence. */
  value(): number | null;
}

/** Creates a meter of the true peak of stereo at 48 kHz. */
export function createTruePeakMeter(): TruePeakMeter {
  let most = 0;
  const measure = (samples: Float32Array): void => {
    const peaks = new Float32Array(Math.max(0, samples.length - 2 * PEAK_REACH));
    raiseToTruePeaks(peaks, samples, most);
    for (const peak of peaks) most = Math.max(most, peak);
  };
  const before = [new Float32Array(2 * PEAK_REACH), new Float32Array(2 * PEAK_REACH)];
  const push = (channel: 0 | 1, data: Float32Array): void => {
    const held = before[channel] ?? new Float32Array(0);
    const samples = new Float32Array(held.length + data.length);
    samples.set(held);
    samples.set(data, held.length);
    measure(samples);
    before[channel] = samples.slice(-2 * PEAK_REACH);
  };
  return {
    add(left, right) {
      push(0, left);
      push(1, right);
    },
    value() {
      // The last points need samples after the end.
      for (const channel of [0, 1] as const) push(channel, new Float32Array(2 * PEAK_REACH));
      return most > 1e-6 ? 20 * Math.log10(most) : null;
    },
  };
}
