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
