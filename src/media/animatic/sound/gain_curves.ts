import { amplitude } from "./loudness.ts";
import { SOUND_RATE, type SpeechWindow } from "./sound_spec.ts";

/** The gain of each frame of a part of the film. */
export type GainCurve = (from: number, frames: number) => Float32Array;

/** The level of music under a voice, in dB, and the seconds in which it falls before a word and rises after the last. */
const DUCK = { decibels: -14, down: 0.3, up: 0.5 } as const;

/**
 * Creates the curve that lowers music while somebody speaks. Because the windows are known, the music is down when a
 * word begins, the same in every output.
 */
export function duckingCurve(speech: readonly SpeechWindow[]): GainCurve {
  const windows = speech.map(({ start, end }) => ({
    ...{ start: start * SOUND_RATE, end: end * SOUND_RATE },
    ...{ from: (start - DUCK.down) * SOUND_RATE, to: (end + DUCK.up) * SOUND_RATE },
  }));
  return (from, frames) => {
    const depth = new Float32Array(frames);
    for (const { start, end, ...reach } of windows) {
      const first = Math.max(0, Math.ceil(reach.from - from));
      const last = Math.min(frames - 1, Math.floor(reach.to - from));
      for (let i = first; i <= last; i++) {
        const position = from + i;
        const share = Math.min(
          1,
          (position - reach.from) / (start - reach.from),
          (reach.to - position) / (reach.to - end),
        );
        if (share > (depth[i] ?? 0)) depth[i] = share;
      }
    }
    return depth.map((share) => (share === 0 ? 1 : amplitude(DUCK.decibels * share)));
  };
}

/** Creates the curve of fades at both ends of a sound of so many frames; each at most a fifth of it. */
export function fadeCurve(length: number, fade: { readonly in: number; readonly out: number }): GainCurve {
  const comesIn = Math.max(1, Math.min(fade.in * SOUND_RATE, length / 5));
  const goesOut = Math.max(1, Math.min(fade.out * SOUND_RATE, length / 5));
  return (from, frames) => {
    const gains = new Float32Array(frames);
    for (let i = 0; i < frames; i++) {
      gains[i] = Math.max(0, Math.min(1, (from + i) / comesIn, (length - 1 - from - i) / goesOut));
    }
    return gains;
  };
}
