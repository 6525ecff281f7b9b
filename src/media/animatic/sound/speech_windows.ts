import { SOUND_RATE, type SpeechWindow } from "./sound_spec.ts";

/** Seconds of the windows in which energy is measured. */
const WINDOW = 0.02;
/** dB below the loud parts of a recording at which it still counts as speech. */
const RANGE = 30;
/** dB above the noise of a recording that is no speech. */
const ABOVE_NOISE = 8;
/** The level below which nothing is speech, in dB of full scale. */
const SILENCE = -60;
/** Seconds: a shorter pause belongs to the speech around it, and a shorter sound is a click. */
const PAUSE = 0.35;
const CLICK = 0.06;

/** Finds the parts of a recording in which somebody speaks, by their energy. */
export interface SpeechDetector {
  add(left: Float32Array, right: Float32Array): void;
  windows(): SpeechWindow[];
}

/** Creates a detector for a recording at the rate of the mix. It keeps one number for each 20 ms. */
export function createSpeechDetector(): SpeechDetector {
  const size = WINDOW * SOUND_RATE;
  const levels: number[] = [];
  let [sum, count] = [0, 0];
  const close = (): void => {
    if (count > 0) levels.push(10 * Math.log10(sum / (2 * count) + 1e-12));
    [sum, count] = [0, 0];
  };
  return {
    add(left, right) {
      for (let i = 0; i < left.length; i++) {
        sum += (left[i] ?? 0) ** 2 + (right[i] ?? 0) ** 2;
        if (++count >= size) close();
      }
    },
    windows() {
      close();
      const sorted = levels.filter((level) => level > SILENCE).sort((a, b) => a - b);
      const loud = sorted[Math.floor(0.95 * (sorted.length - 1))] ?? SILENCE;
      const noise = [...levels].sort((a, b) => a - b)[Math.floor(0.1 * levels.length)] ?? SILENCE;
      // Without pauses there is no noise to measure: everything is speech.
      const isNoisy = loud - noise > 2 * ABOVE_NOISE;
      const threshold = Math.max(SILENCE, loud - RANGE, isNoisy ? noise + ABOVE_NOISE : SILENCE);
      const heard = levels.flatMap((level, index) =>
        level > threshold ? [{ start: index * WINDOW, end: (index + 1) * WINDOW }] : [],
      );
      return joinWindows(heard, PAUSE).filter(({ start, end }) => end - start > CLICK);
    },
  };
}

/** Joins windows with less than `pause` seconds between them; returns them in order. */
export function joinWindows(windows: readonly SpeechWindow[], pause: number): SpeechWindow[] {
  const joined: SpeechWindow[] = [];
  for (const window of windows.toSorted((a, b) => a.start - b.start)) {
    const last = joined.at(-1);
    if (last && window.start - last.end <= pause) last.end = Math.max(last.end, window.end);
    else joined.push({ ...window });
  }
  return joined.map(({ start, end }) => ({ start: rounded(start), end: rounded(end) }));
}

/** Rounds to milliseconds. */
function rounded(seconds: number): number {
  return Math.round(seconds * 1000) / 1000;
}
