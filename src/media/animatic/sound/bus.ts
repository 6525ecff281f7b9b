import type { Stereo } from "./downmix.ts";
import { fadeCurve } from "./gain_curves.ts";
import type { SoundReader } from "./piece_reader.ts";

/** Seconds of the fades at both ends of a placed sound, against clicks. */
const EDGE = { in: 0.005, out: 0.02 } as const;

/** A sound with its place in the film, in frames of sound. */
export interface PlacedSound {
  readonly from: number;
  readonly to: number;
  /** Opens the sound; null if it cannot be used. */
  open(): Promise<SoundReader | null>;
  /** Called with the reader at the end of the place, before it is closed. */
  readonly atEnd?: (reader: SoundReader) => Promise<void>;
}

/** A sum of placed sounds, each opened only while it is heard. */
export interface Bus {
  /** Returns the next frames of the film. */
  read(frames: number): Promise<Stereo>;
  /** True once one of the sounds could be opened. */
  readonly isOpened: boolean;
  close(): void;
}

/** Creates a bus of some sounds. */
export function createBus(sounds: readonly PlacedSound[]): Bus {
  const opened = new Map<PlacedSound, SoundReader | null>();
  let at = 0;
  let isOpened = false;
  return {
    get isOpened() {
      return isOpened;
    },
    async read(frames) {
      const out = { left: new Float32Array(frames), right: new Float32Array(frames) };
      for (const sound of sounds) {
        const [from, to] = [Math.max(at, sound.from), Math.min(at + frames, sound.to)];
        if (from >= to) continue;
        const known = opened.get(sound);
        const reader = known === undefined ? await sound.open() : known;
        opened.set(sound, reader);
        if (!reader) continue;
        isOpened = true;
        const block = await reader.read(to - from);
        const gains = fadeCurve(sound.to - sound.from, EDGE)(from - sound.from, to - from);
        addTo(out.left.subarray(from - at), block.left, gains);
        addTo(out.right.subarray(from - at), block.right, gains);
        if (to < sound.to) continue;
        await sound.atEnd?.(reader);
        reader.close();
        opened.set(sound, null);
      }
      at += frames;
      return out;
    },
    close() {
      for (const reader of opened.values()) reader?.close();
    },
  };
}

/** Adds a sound to another, scaled frame by frame. */
export function addTo(sum: Float32Array, sound: Float32Array, gains: Float32Array): void {
  for (let i = 0; i < gains.length; i++) sum[i] = (sum[i] ?? 0) + (sound[i] ?? 0) * (gains[i] ?? 0);
}
