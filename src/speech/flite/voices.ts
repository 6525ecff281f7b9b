/** The voices in the package, the best one first; `awb_time` speaks times of day only. */
export const FLITE_VOICES = ["slt", "rms", "awb", "kal16", "kal"] as const;

/** One of {@linkcode FLITE_VOICES}. */
export type FliteVoice = (typeof FLITE_VOICES)[number];
