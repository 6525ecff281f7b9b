/** The speaker position of a channel; `low` is the effects channel (LFE). */
export type Speaker = "left" | "right" | "middle" | "low" | "leftSide" | "rightSide" | "back";

/** Planar stereo of the same length. */
export interface Stereo {
  readonly left: Float32Array;
  readonly right: Float32Array;
}

/** Half of the power, as in ITU-R BS.775-4, table 2, for the centre and the surround channels. */
const HALF = Math.SQRT1_2;

/** The gains of a channel in left and right of stereo (ITU-R BS.775-4, annex 4); the effects channel is left out. */
const GAINS = {
  left: [1, 0],
  right: [0, 1],
  middle: [HALF, HALF],
  low: [0, 0],
  leftSide: [HALF, 0],
  rightSide: [0, HALF],
  back: [0.5, 0.5],
} as const satisfies Record<Speaker, readonly [number, number]>;

const FRONT = ["left", "right"] as const;
const SIDES = ["leftSide", "rightSide"] as const;

/** Speakers by number of channels, in the order of WAVE and FLAC (RFC 9639, section 9.1.3). */
const WAVE: Readonly<Record<number, readonly Speaker[]>> = {
  3: [...FRONT, "middle"],
  4: [...FRONT, ...SIDES],
  5: [...FRONT, "middle", ...SIDES],
  6: [...FRONT, "middle", "low", ...SIDES],
  7: [...FRONT, "middle", "low", "back", ...SIDES],
  8: [...FRONT, "middle", "low", ...SIDES, ...SIDES],
};

/** Speakers like {@linkcode WAVE}, but four channels of AAC include a rear one (ISO/IEC 14496-3, table 1.19). */
const AAC: Readonly<Record<number, readonly Speaker[]>> = { ...WAVE, 4: [...FRONT, "middle", "back"] };

/** Speakers in the order of Vorbis (Vorbis I specification, section 4.3.9). */
const VORBIS: Readonly<Record<number, readonly Speaker[]>> = {
  3: ["left", "middle", "right"],
  4: [...FRONT, ...SIDES],
  5: ["left", "middle", "right", ...SIDES],
  6: ["left", "middle", "right", ...SIDES, "low"],
  7: ["left", "middle", "right", ...SIDES, "back", "low"],
  8: ["left", "middle", "right", ...SIDES, ...SIDES, "low"],
};

/** Returns the speakers of a decoder's channels; channels beyond the eighth have none. */
export function speakersOf(channels: number, order: "wave" | "aac" | "vorbis"): readonly Speaker[] {
  if (channels === 1) return ["middle"];
  if (channels === 2) return FRONT;
  const table = { wave: WAVE, aac: AAC, vorbis: VORBIS }[order];
  return table[Math.min(8, channels)] ?? FRONT;
}

/** Mixes channels down to stereo. A single channel is copied to both sides at full level. */
export function downmix(planes: readonly Float32Array[], speakers: readonly Speaker[]): Stereo {
  const [first = new Float32Array(0), second] = planes;
  if (!second) return { left: first, right: first };
  if (speakers.length <= 2) return { left: first, right: second };
  const [left, right] = [new Float32Array(first.length), new Float32Array(first.length)];
  for (const [channel, speaker] of speakers.entries()) {
    const plane = planes[channel];
    const [toLeft, toRight] = GAINS[speaker];
    if (!plane) continue;
    if (toLeft > 0) add(left, plane, toLeft);
    if (toRight > 0) add(right, plane, toRight);
  }
  return { left, right };
}

function add(sum: Float32Array, plane: Float32Array, gain: number): void {
  for (let i = 0; i < sum.length; i++) sum[i] = (sum[i] ?? 0) + gain * (plane[i] ?? 0);
}
