/** Decoded stereo. */
export interface Piece {
  /** Samples per second. */
  rate: number;
  left: Float32Array;
  right: Float32Array;
}

/** The decoded pieces of a sound, from the start again after the last; null where a whole turn gave nothing. */
export interface PieceLoop {
  next(): Promise<Piece | null>;
  close(): void;
}
