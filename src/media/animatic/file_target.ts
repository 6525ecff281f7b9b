import { constants } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { StreamTarget, type StreamTargetChunk } from "mediabunny";
import type { AppError } from "../../core/errors.ts";
import { writeError } from "../../core/shortage.ts";

/** A file that a muxer writes at any position. */
export interface FileTarget {
  target: StreamTarget;
  /** Throws the first disk error, if any: muxers do not always report it. */
  check(): void;
  /** Flushes to the disk and closes. */
  finish(): Promise<void>;
  /** Closes without a flush, for a file that will be deleted. */
  abandon(): Promise<void>;
}

/** Bytes that are buffered before a write, because packets are small and system calls are not free. */
const CHUNK = 2 ** 20;

/**
 * Opens a file for a muxer. Only one chunk is held in memory.
 *
 * @throws {AppError} `unavailable` if the disk is full or the write fails
 */
export async function openFileTarget(path: string): Promise<FileTarget> {
  const file = await open(path, constants.O_RDWR | constants.O_CREAT | constants.O_TRUNC, 0o600).catch((error) => {
    throw writeError("the video", error);
  });
  let failure: AppError | null = null;
  const writable = new WritableStream<StreamTargetChunk>({
    async write({ data, position }) {
      try {
        await writeAll(file, data, position);
      } catch (error) {
        failure ??= writeError("the video", error);
        throw failure;
      }
    },
  });
  const check = (): void => {
    if (failure) throw failure;
  };
  return {
    target: new StreamTarget(writable, { chunked: true, chunkSize: CHUNK }),
    check,
    async finish() {
      try {
        check();
        await file.sync().catch((error) => {
          throw writeError("the video", error);
        });
      } finally {
        await file.close();
      }
    },
    abandon: () => file.close(),
  };
}

async function writeAll(file: FileHandle, data: Uint8Array, position: number): Promise<void> {
  let done = 0;
  while (done < data.length) {
    const { bytesWritten } = await file.write(data, done, data.length - done, position + done);
    done += bytesWritten;
  }
}
