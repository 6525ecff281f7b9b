import { rm } from "node:fs/promises";
import type { StoredBlob } from "../blobs/mod.ts";
import { AppError } from "../core/errors.ts";
import type { OutputFile } from "../processes/mod.ts";
import { renderFailed } from "./rendered_output.ts";

/** The number of bytes that are read to check a file's signature. */
const HEAD_BYTES = 64;

/** The options of {@linkcode takeChecked}. */
export interface TakeOptions {
  readonly maxBytes: number;
  readonly signal: AbortSignal;
  /** Judges the first bytes of the file. */
  readonly isWhole: (head: Buffer) => boolean;
}

/**
 * Takes a file that a process made, if it begins as it must; else there is no file.
 *
 * @throws {AppError} `internal` for another file, `unavailable` for a full disk; or the signal's reason
 */
export async function takeChecked(output: OutputFile, outPath: string, options: TakeOptions): Promise<StoredBlob> {
  const { signal, maxBytes, isWhole } = options;
  try {
    await rm(outPath, { force: true });
    const taken = await output.take(outPath, { maxBytes, signal });
    if (isWhole(Buffer.from(await Bun.file(outPath).slice(0, HEAD_BYTES).bytes()))) return taken;
  } catch (error) {
    if (signal.aborted || (error instanceof AppError && error.code === "unavailable")) throw error;
  }
  await rm(outPath, { force: true });
  throw renderFailed();
}

/** Returns true for the head of an MP4. */
export const isMp4 = (head: Buffer) => head.toString("latin1", 4, 8) === "ftyp";
/** Returns true for the head of a PNG. */
export const isPng = (head: Buffer) => head.toString("latin1", 0, 8) === "\x89PNG\r\n\x1a\n";
