import { Mp4OutputFormat, Output } from "mediabunny";
import { openFileTarget } from "../file_target.ts";
import type { Stereo } from "./downmix.ts";
import { createLoudnessMeter } from "./loudness.ts";
import { openRecording } from "./open_recording.ts";
import { AAC_PACKET, createSoundEncoder } from "./sound_encoder.ts";
import { SOUND_RATE } from "./sound_spec.ts";
import { createTruePeakMeter } from "./true_peak.ts";

/** An M4A file that is being written. */
export interface SoundtrackFile extends AsyncDisposable {
  /** Encodes the next frames; all blocks but the last have a multiple of 1,024. */
  add(block: Stereo): Promise<void>;
  finish(): Promise<void>;
}

/** Creates an M4A file with one AAC-LC track for so many frames of sound; its last packet is not longer than they are. */
export async function createSoundtrackFile(path: string, frames: number): Promise<SoundtrackFile> {
  const packets = Math.max(1, Math.floor(frames / AAC_PACKET));
  const file = await openFileTarget(path);
  const encoder = createSoundEncoder(packets);
  const output = new Output({ format: new Mp4OutputFormat({ fastStart: "reserve" }), target: file.target });
  output.addAudioTrack(encoder.source, { maximumPacketCount: packets });
  let isOpen = true;
  await output.start();
  return {
    async add({ left, right }) {
      file.check();
      const length = Math.ceil(left.length / AAC_PACKET) * AAC_PACKET;
      const data = new Float32Array(2 * length);
      data.set(left);
      data.set(right, length);
      await encoder.add(data);
    },
    async finish() {
      await encoder.finish();
      await output.finalize();
      isOpen = false;
      await file.finish();
    },
    async [Symbol.asyncDispose]() {
      encoder.close();
      if (isOpen) await file.abandon().catch(() => {});
    },
  };
}

/** The loudness in LUFS and the true peak in dBTP of a sound; null for silence. */
export interface Measured {
  readonly loudness: number | null;
  readonly truePeak: number | null;
}

/** Decodes a soundtrack and measures what a player hears. */
export async function measureSoundtrack(path: string): Promise<Measured> {
  const reader = await openRecording(path, {
    repeats: false,
    onFault() {
      throw new Error("Cannot mix the sound: the encoded sound cannot be decoded");
    },
  });
  const [loudness, peak] = [createLoudnessMeter(), createTruePeakMeter()];
  try {
    while (!reader.isOver) {
      const { left, right } = await reader.read(SOUND_RATE / 4);
      loudness.add(left, right);
      peak.add(left, right);
    }
    return { loudness: loudness.value(), truePeak: peak.value() };
  } finally {
    reader.close();
  }
}
