import type { Stereo } from "./downmix.ts";

/** Stereo at the rate of the mix, read in order. */
export interface SoundReader {
  /** Returns the next frames; silence after the end. */
  read(frames: number): Promise<Stereo>;
  /** True once all of the sound was returned. */
  readonly isOver: boolean;
  close(): void;
}

/** Creates a reader of pieces of any length. */
export function createPieceReader(pieces: AsyncIterator<Stereo, void>, close: () => void = () => {}): SoundReader {
  let piece: Stereo = { left: new Float32Array(0), right: new Float32Array(0) };
  let at = 0;
  let isOver = false;
  return {
    async read(frames) {
      const out = { left: new Float32Array(frames), right: new Float32Array(frames) };
      let filled = 0;
      while (filled < frames && !isOver) {
        const count = Math.min(frames - filled, piece.left.length - at);
        out.left.set(piece.left.subarray(at, at + count), filled);
        out.right.set(piece.right.subarray(at, at + count), filled);
        filled += count;
        at += count;
        if (at < piece.left.length) break;
        const { value, done } = await pieces.next();
        if (done || !value) isOver = true;
        else [piece, at] = [value, 0];
      }
      return out;
    },
    get isOver() {
      return isOver;
    },
    close,
  };
}
