import type { MusicStyle } from "./styles.ts";

/** A stroke of a bar of four beats. */
interface Stroke {
  /** The beat, from 0. */
  readonly at: number;
  /** The General MIDI drum. */
  readonly key: number;
  readonly velocity: number;
}

const [KICK, RIM, SNARE, CLAP, HAT, OPEN_HAT, TAMBOURINE, SHAKER] = [36, 37, 38, 39, 42, 46, 54, 70];

/** The drum patterns of one bar. */
export const DRUMS: Readonly<Record<MusicStyle["drums"], readonly Stroke[]>> = {
  none: [],
  light: [...strokes(KICK, 62, [0, 2]), ...strokes(RIM, 44, [1, 3]), ...strokes(HAT, 34, [0.5, 1.5, 2.5, 3.5])],
  shaker: [...strokes(SHAKER, 40, [0, 0.5, 1, 1.5, 2, 2.5, 3, 3.5]), ...strokes(TAMBOURINE, 34, [1, 3])],
  full: [
    ...strokes(KICK, 76, [0, 1.5, 2]),
    ...strokes(SNARE, 60, [1, 3]),
    ...strokes(CLAP, 50, [1, 3]),
    ...strokes(HAT, 40, [0, 0.5, 1, 1.5, 2, 2.5, 3, 3.5]),
  ],
  timpani: [...strokes(KICK, 60, [0]), ...strokes(41, 46, [0, 3.5])],
  lazy: [
    ...strokes(KICK, 66, [0, 2.25]),
    ...strokes(SNARE, 44, [1, 3]),
    ...strokes(HAT, 32, [0, 0.55, 1, 1.55, 2, 2.55, 3, 3.55]),
  ],
  four: [
    ...strokes(KICK, 80, [0, 1, 2, 3]),
    ...strokes(CLAP, 52, [1, 3]),
    ...strokes(OPEN_HAT, 36, [0.5, 1.5, 2.5, 3.5]),
  ],
};

function strokes(key: number | undefined, velocity: number, beats: readonly number[]): Stroke[] {
  return key === undefined ? [] : beats.map((at) => ({ at, key, velocity }));
}
