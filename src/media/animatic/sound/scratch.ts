import { open, rm } from "node:fs/promises";
import { writeError } from "../../../core/shortage.ts";
import type { Stereo } from "./downmix.ts";

/** Decoded sounds in a file, so that memory does not grow with the film. */
export interface Scratch extends AsyncDisposable {
  /** Appends the next frames of each sound, all of the same length. */
  append(sounds: readonly Stereo[]): Promise<void>;
  /** Reads a part of each sound; it is silent before the start and after the end. */
  read(from: number, frames: number): Promise<Stereo[]>;
}

/** Opens a scratch file for some stereo sounds; it is removed at the end. */
export async function openScratch(path: string, sounds: number): Promise<Scratch> {
  const file = await open(path, "wx+", 0o600).catch((error) => {
    throw writeError("the sound", error);
  });
  const frameBytes = 2 * sounds * Float32Array.BYTES_PER_ELEMENT;
  let length = 0;
  return {
    async append(blocks) {
      const frames = blocks[0]?.left.length ?? 0;
      const data = new Float32Array(2 * sounds * frames);
      for (const [index, { left, right }] of blocks.entries()) {
        for (let i = 0; i < frames; i++) {
          data[2 * (i * sounds + index)] = left[i] ?? 0;
          data[2 * (i * sounds + index) + 1] = right[i] ?? 0;
        }
      }
      const bytes = new Uint8Array(data.buffer);
      for (let done = 0; done < bytes.length; ) {
        const { bytesWritten } = await file
          .write(bytes, done, bytes.length - done, length * frameBytes + done)
          .catch((error) => {
            throw writeError("the sound", error);
          });
        done += bytesWritten;
      }
      length += frames;
    },
    async read(from, frames) {
      const blocks = Array.from({ length: sounds }, () => ({
        left: new Float32Array(frames),
        right: new Float32Array(frames),
      }));
      const [first, end] = [Math.max(0, from), Math.min(length, from + frames)];
      if (first >= end || sounds === 0) return blocks;
      const bytes = new Uint8Array((end - first) * frameBytes);
      for (let done = 0; done < bytes.length; ) {
        const { bytesRead } = await file.read(bytes, done, bytes.length - done, first * frameBytes + done);
        if (bytesRead === 0) throw new Error("Cannot mix the sound: its scratch file is cut off");
        done += bytesRead;
      }
      const data = new Float32Array(bytes.buffer);
      for (const [index, { left, right }] of blocks.entries()) {
        for (let i = 0; i < end - first; i++) {
          left[first - from + i] = data[2 * (i * sounds + index)] ?? 0;
          right[first - from + i] = data[2 * (i * sounds + index) + 1] ?? 0;
        }
      }
      return blocks;
    },
    async [Symbol.asyncDispose]() {
      await file.close();
      await rm(path, { force: true });
    },
  };
}
