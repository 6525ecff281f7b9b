import type { Stereo } from "../downmix.ts";
import type { MusicStyle } from "./styles.ts";
import type { Note } from "./write_score.ts";

/** Plays a score, in order of start, as that many frames of stereo, piece by piece. */
export type Play = (
  notes: readonly Note[],
  options: { readonly style: MusicStyle; readonly frames: number },
) => AsyncGenerator<Stereo, void>;
