import { rename, rm } from "node:fs/promises";
import type { Canvas } from "@napi-rs/canvas";
import { Mp4OutputFormat, Output } from "mediabunny";
import { abortable } from "../../core/abortable.ts";
import { createFrameEncoder } from "./encoder.ts";
import { openFileTarget } from "./file_target.ts";
import type { Size } from "./layout.ts";
import type { Sound } from "./sound/soundtrack.ts";
import { FPS } from "./timeline.ts";

/** An MP4 file that is being written frame by frame. */
export interface FilmFile {
  /** Encodes the next frame; resolves when the encoder has room for another. */
  add(picture: Canvas, frame: number, options: { key: boolean }): Promise<void>;
  /** Adds the sound up to a time in seconds. */
  addSoundUntil(seconds: number): Promise<void>;
  /** Writes the rest and gives the file its name. */
  finish(): Promise<void>;
  /** Removes what was written. After {@linkcode FilmFile.finish} it releases the encoder only. */
  [Symbol.asyncDispose](): Promise<void>;
}

/** The options of {@linkcode createFilmFile}. */
export interface FilmFileOptions {
  size: Size;
  /** The number of frames that will be added. */
  frames: number;
  /** The sound of the film; null for a film without a sound track. */
  sound: Sound | null;
  signal: AbortSignal | undefined;
}

/**
 * Creates a fast-start MP4 file with H.264 and AAC. Until it is finished it has the name `path` with `.part`.
 *
 * @throws {AppError} `unavailable` if the disk is full
 */
export async function createFilmFile(path: string, options: FilmFileOptions): Promise<FilmFile> {
  const { size, frames, sound, signal } = options;
  const part = `${path}.part`;
  const file = await openFileTarget(part);
  const encoder = createFrameEncoder(size, FPS);
  const output = new Output({ format: new Mp4OutputFormat({ fastStart: "reserve" }), target: file.target });
  output.addVideoTrack(encoder.source, { frameRate: FPS, maximumPacketCount: frames });
  if (sound) output.addAudioTrack(sound.source, { maximumPacketCount: sound.packets });
  let isOpen = true;
  /** Runs a step; the muxer wraps or drops the error of the disk, so the original error is thrown. */
  const step = async (run: () => Promise<void>): Promise<void> => {
    file.check();
    await abortable(run(), signal).catch((error: unknown) => {
      signal?.throwIfAborted();
      file.check();
      throw error;
    });
  };
  const film: FilmFile = {
    add: (picture, frame, { key }) => step(() => encoder.add(picture, frame, { key })),
    addSoundUntil: (seconds) => step(async () => sound?.addUntil(seconds)),
    async finish() {
      await step(() => encoder.finish());
      await step(async () => sound?.finish());
      await step(async () => {
        await output.finalize();
        isOpen = false;
        await file.finish();
      });
      await rename(part, path);
    },
    async [Symbol.asyncDispose]() {
      if (isOpen) await file.abandon().catch(() => {});
      isOpen = false;
      await rm(part, { force: true });
      encoder.close();
    },
  };
  try {
    await step(() => output.start());
    return film;
  } catch (error) {
    await film[Symbol.asyncDispose]();
    throw error;
  }
}
