import { createResampler, type Resampler } from "./resample.ts";

/** Decoded stereo. */
export interface Piece {
  /** Samples per second. */
  rate: number;
  left: Float32Array;
  right: Float32Array;
}

/** The decoded pieces of a looping sound. */
export interface PieceLoop {
  /** Returns the next piece, or null at the end of a pass, after which the sound starts over. */
  next(): Promise<Piece | null>;
  close(): void;
}

/** Seconds of a sound that are kept: decoding a sound of a millisecond anew for each pass takes minutes. */
const KEPT_SECONDS = 5;

/** Resamples the parts of a sound whose rate is not that of its beginning. */
async function* ofOneRate(pieces: AsyncIterable<Piece>): AsyncGenerator<Piece, void> {
  let rate = 0;
  const resamplers = new Map<number, Resampler>();
  for await (const piece of pieces) {
    if (piece.left.length === 0) continue;
    rate ||= piece.rate;
    if (piece.rate === rate) {
      yield piece;
      continue;
    }
    const resampler = resamplers.get(piece.rate) ?? createResampler(piece.rate, rate);
    resamplers.set(piece.rate, resampler);
    yield resampler.push(piece);
  }
}

/** Creates a loop of a sound that can be decoded any number of times; a short one is decoded once. */
export function loopOf(decode: () => AsyncGenerator<Piece, void>, release: () => void = () => {}): PieceLoop {
  let pieces = ofOneRate(decode());
  let [kept, seconds, replayed]: [Piece[], number, number | null] = [[], 0, null];
  return {
    async next() {
      if (replayed !== null) {
        const piece = kept[replayed] ?? null;
        replayed = piece ? replayed + 1 : 0;
        return piece;
      }
      for (let next = await pieces.next(); !next.done; next = await pieces.next()) {
        const { left, rate } = next.value;
        if (left.length === 0) continue;
        seconds += left.length / rate;
        if (seconds <= KEPT_SECONDS) kept.push(next.value);
        else kept = [];
        return next.value;
      }
      if (kept.length > 0) replayed = 0;
      else pieces = ofOneRate(decode());
      seconds = 0;
      return null;
    },
    close() {
      // A running decoder ends first.
      pieces
        .return()
        .catch(() => {})
        .finally(release);
    },
  };
}
