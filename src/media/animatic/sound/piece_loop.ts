/** Decoded stereo. */
export interface Piece {
  /** Samples per second. */
  rate: number;
  left: Float32Array;
  right: Float32Array;
}

/** The decoded pieces of a sound, turn by turn. */
export interface PieceLoop {
  /** The next piece; null at the end of a turn, after which the sound starts again. */
  next(): Promise<Piece | null>;
  close(): void;
}
