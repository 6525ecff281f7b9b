import type { Stereo } from "../downmix.ts";
import { SOUND_RATE } from "../sound_spec.ts";

/** The options of {@linkcode composeBed}. */
export interface BedOptions {
  /** Free text, such as "upbeat" or "calm piano". */
  readonly style: string;
  readonly seconds: number;
  /** The same seed gives the same samples. */
  readonly seed: string;
  /** Beats per minute. */
  readonly tempo?: number;
}

/** Semitones above the root of four chords that follow each other. */
const CHORDS = [
  [0, 4, 7],
  [9, 12, 16],
  [5, 9, 12],
  [7, 11, 14],
] as const;
const BEATS_OF_A_CHORD = 4;

/** Composes a bed of soft chords and yields it as stereo at the rate of the mix, piece by piece. */
export async function* composeBed({ seconds, seed, tempo = 92 }: BedOptions): AsyncGenerator<Stereo, void> {
  const root = 130.81 * 2 ** (Number(Bun.hash.crc32(seed) % 12) / 12);
  const length = Math.round((BEATS_OF_A_CHORD * 60 * SOUND_RATE) / tempo);
  const total = Math.ceil(seconds * SOUND_RATE);
  for (let [at, index] = [0, 0]; at < total; at += length, index++) {
    const notes = (CHORDS[index % CHORDS.length] ?? CHORDS[0]).map((semitones) => root * 2 ** (semitones / 12));
    const piece = { left: new Float32Array(length), right: new Float32Array(length) };
    for (let i = 0; i < length; i++) {
      const time = (at + i) / SOUND_RATE;
      const envelope = Math.min(1, i / 4800, (length - i) / 9600);
      for (const [voice, hertz] of notes.entries()) {
        const value = 0.15 * envelope * Math.sin(2 * Math.PI * hertz * time);
        piece.left[i] = (piece.left[i] ?? 0) + value * (1 - 0.2 * voice);
        piece.right[i] = (piece.right[i] ?? 0) + value * (0.6 + 0.2 * voice);
      }
    }
    yield piece;
  }
}
