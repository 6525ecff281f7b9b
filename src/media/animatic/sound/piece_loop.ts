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

/** Creates a loop of a sound that can be decoded any number of times; a short one is decoded once. */
export function loopOf(decode: () => AsyncGenerator<Piece, void>, release: () => void = () => {}): PieceLoop {
  let pieces = decode();
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
      else pieces = decode();
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
