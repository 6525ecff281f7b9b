import type { Stereo } from "../downmix.ts";
import { SOUND_RATE } from "../sound_spec.ts";
import type { Play } from "./play.ts";
import { instrumentPlayer } from "./play_instruments.ts";
import { playSynthesized } from "./play_synthesized.ts";
import { musicStyleOf } from "./styles.ts";
import { writeScore } from "./write_score.ts";

/** The options of {@linkcode composeBed}. */
export interface BedOptions {
  /** Free text, such as "upbeat" or "calm piano"; the table of styles decides. */
  readonly style: string;
  /** The length of the film. */
  readonly seconds: number;
  /** The same seed, style and length give the same samples. */
  readonly seed: string;
}

/** Seconds of the fade that ends the ring of the last chord. */
const FADE = 0.6;

/**
 * Composes a piece of music that lasts exactly as long as a film and ends with its last chord, and yields it as stereo
 * at {@linkcode SOUND_RATE}, piece by piece.
 *
 * @param play sampled instruments where they are installed, else simple tones
 */
export async function* composeBed(
  { style: text, seconds, seed }: BedOptions,
  play?: Play,
): AsyncGenerator<Stereo, void> {
  const style = musicStyleOf(text);
  const player = play ?? (await instrumentPlayer()) ?? playSynthesized;
  const frames = Math.round(seconds * SOUND_RATE);
  const fade = Math.min(FADE * SOUND_RATE, frames / 4);
  let from = 0;
  for await (const piece of player(writeScore(style, { seconds, seed }), { style, frames })) {
    for (const samples of [piece.left, piece.right]) {
      for (let i = Math.max(0, Math.ceil(frames - fade - from)); i < samples.length; i++) {
        samples[i] = ((samples[i] ?? 0) * (frames - from - i)) / fade;
      }
    }
    from += piece.left.length;
    yield piece;
  }
}
