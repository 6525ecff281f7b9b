import type { EncodedAudioPacketSource } from "mediabunny";
import type { AnimaticSpec } from "../spec.ts";
import { unusableReason } from "../unusable.ts";
import { createLimiter } from "./limiter.ts";
import { openRecording, type SoundFault } from "./open_recording.ts";
import { AAC_PACKET, createSoundEncoder } from "./sound_encoder.ts";
import { SOUND_RATE as rate } from "./sound_spec.ts";

/** The sound track of a video that is being rendered. */
export interface Sound {
  /** The track that receives the encoded sound. */
  source: EncodedAudioPacketSource;
  /** Packets of the whole track, so that the muxer can reserve space. */
  packets: number;
  /** Adds sound up to a time of the video, in seconds. */
  addUntil(seconds: number): Promise<void>;
  /** Waits for the last packet. */
  finish(): Promise<void>;
  close(): void;
}

/** The gain of the bed: it lies under a voice that is recorded later. */
const LEVEL = 0.8;
/** Seconds of the fades in and out; each at most a fifth of the video. */
const FADE = { in: 0.5, out: 2 } as const;
/**
 * Opens the sound bed of a spec: its own audio, else the first audio asset of its scenes; looped or trimmed to the
 * video's length, faded in and out, encoded as stereo AAC at the bed's own sample rate if AAC supports it.
 *
 * @returns null for silence: if requested, or with a warning if the file cannot be read
 */
export async function openSound(
  spec: AnimaticSpec,
  options: { seconds: number; warn: (message: string) => void },
): Promise<Sound | null> {
  const audio = audioOf(spec);
  if (!audio) return null;
  const title = audio.name ? `The sound “${audio.name}”` : "The sound";
  const onFault = (fault: SoundFault) => {
    if (fault === "damaged") options.warn(`${title} stops early: the rest of its file is damaged`);
  };
  const bed = await openRecording(audio.path, { repeats: true, onFault }).catch((error: unknown) => {
    options.warn(`${title} cannot be used, so the video is silent: ${unusableReason(error)}`);
    return null;
  });
  if (!bed) return null;
  const packets = Math.floor((options.seconds * rate) / AAC_PACKET);
  const total = packets * AAC_PACKET;
  const limit = createLimiter(rate);
  const encoder = createSoundEncoder(packets);
  let written = 0;
  return {
    source: encoder.source,
    packets,
    async addUntil(seconds) {
      const goal = Math.min(total, Math.ceil(seconds * rate));
      while (written < goal) {
        const frames = Math.min(8 * AAC_PACKET, total - written);
        const { left, right } = await bed.read(frames);
        const data = new Float32Array(2 * frames);
        data.set(left);
        data.set(right, frames);
        limit(data);
        fade(data, { at: written, rate, total });
        await encoder.add(data);
        written += frames;
      }
    },
    finish: () => encoder.finish(),
    close() {
      encoder.close();
      bed.close();
    },
  };
}

function audioOf(spec: AnimaticSpec): { readonly path: string; readonly name?: string } | null {
  if (spec.audio !== undefined) return spec.audio;
  return spec.scenes.flatMap(({ assets }) => assets).find(({ kind }) => kind === "audio") ?? null;
}

/** Scales planar stereo in place; `at` is the position of its first frame in the video. */
function fade(data: Float32Array, { at, rate, total }: { at: number; rate: number; total: number }): void {
  const frames = data.length / 2;
  const [comesIn, goesOut] = [Math.min(FADE.in * rate, total / 5), Math.min(FADE.out * rate, total / 5)];
  for (let i = 0; i < frames; i++) {
    const position = at + i;
    const gain = LEVEL * Math.min(1, position / comesIn, (total - 1 - position) / goesOut);
    data[i] = (data[i] ?? 0) * gain;
    data[frames + i] = (data[frames + i] ?? 0) * gain;
  }
}
