import { type FileHandle, open } from "node:fs/promises";
import { writeError } from "../../../core/shortage.ts";
import type { Stereo } from "./downmix.ts";
import { SOUND_RATE } from "./sound_spec.ts";

/** Bytes before the samples of a WAV, and of a frame of 16-bit stereo. */
export const WAV_HEAD = 44;
const FRAME = 4;

/** A WAV file that is written block by block. */
export interface WavFile extends AsyncDisposable {
  add(block: Stereo): Promise<void>;
}

/** Creates a 16-bit stereo WAV of so many frames. @throws {AppError} `unavailable` if the disk is full */
export async function createWavFile(path: string, frames: number): Promise<WavFile> {
  const file = await open(path, "wx", 0o600).catch(failed);
  await writeAll(file, wavHead(frames));
  return {
    async add({ left, right }) {
      const samples = new Int16Array(2 * left.length);
      for (let i = 0; i < left.length; i++) {
        samples[2 * i] = quantized(left[i]);
        samples[2 * i + 1] = quantized(right[i]);
      }
      await writeAll(file, new Uint8Array(samples.buffer));
    },
    [Symbol.asyncDispose]: () => file.close(),
  };
}

/** Returns the head of a 16-bit stereo WAV at the rate of the mix. */
export function wavHead(frames: number): Buffer {
  const head = Buffer.alloc(WAV_HEAD);
  head.write("RIFF", 0, "latin1");
  head.writeUInt32LE(WAV_HEAD - 8 + frames * FRAME, 4);
  head.write("WAVEfmt ", 8, "latin1");
  head.writeUInt32LE(16, 16);
  head.writeUInt16LE(1, 20);
  head.writeUInt16LE(2, 22);
  head.writeUInt32LE(SOUND_RATE, 24);
  head.writeUInt32LE(SOUND_RATE * FRAME, 28);
  head.writeUInt16LE(FRAME, 32);
  head.writeUInt16LE(16, 34);
  head.write("data", 36, "latin1");
  head.writeUInt32LE(frames * FRAME, 40);
  return head;
}

function quantized(sample = 0): number {
  return Math.round(Math.max(-1, Math.min(1, sample)) * 32_767);
}

async function writeAll(file: FileHandle, bytes: Uint8Array): Promise<void> {
  for (let done = 0; done < bytes.length; ) {
    const { bytesWritten } = await file.write(bytes, done).catch(failed);
    done += bytesWritten;
  }
}

function failed(error: unknown): never {
  throw writeError("the sound", error);
}
