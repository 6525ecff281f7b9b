import { type FileHandle, open, rm } from "node:fs/promises";
import { asUnavailable } from "../core/shortage.ts";
import type { StoredBlob, WriteOptions } from "./blob_store.ts";
import { intake } from "./intake.ts";

/** The bytes that are read, hashed and written at a time. */
export const PIECE_BYTES = 256 * 1024;

/**
 * The most bytes that may be written without a flush. Measured: one flush at the end makes the log's own flushes
 * wait for 20 to 60 ms, and with them every request; flushes in parts, for 10 ms.
 */
const FLUSH_BYTES = 8 * 1024 * 1024;

/**
 * Writes a stream to a new file (mode 0600), to be stored later. The bytes are complete and flushed to disk on return;
 * nothing is left behind when it fails.
 *
 * @throws {AppError} `asset_too_large` over `maxBytes`; `unavailable` when the disk is full
 */
export async function stageFile(
  path: string,
  source: AsyncIterable<Uint8Array>,
  options: WriteOptions,
): Promise<StoredBlob> {
  const hasher = new Bun.CryptoHasher("sha256");
  const sizeBytes = await createFile(path, source, {
    ...options,
    isFlushed: true,
    onPiece: (piece) => hasher.update(piece),
  });
  return { sha256: hasher.digest("hex"), sizeBytes };
}

/**
 * Writes a stream to a new file (mode 0600) that is soon copied or deleted, so it is neither hashed nor flushed.
 *
 * @returns the size in bytes
 * @throws {AppError} `asset_too_large` over `maxBytes`; `unavailable` when the disk is full
 */
export async function writeTemporaryFile(
  path: string,
  source: AsyncIterable<Uint8Array>,
  options: WriteOptions,
): Promise<number> {
  return await createFile(path, source, { ...options, isFlushed: false, onPiece: () => {} });
}

interface FileOptions extends WriteOptions {
  readonly isFlushed: boolean;
  readonly onPiece: (piece: Uint8Array) => void;
}

async function createFile(path: string, source: AsyncIterable<Uint8Array>, options: FileOptions): Promise<number> {
  try {
    await using handle = await open(path, "wx", 0o600);
    try {
      return await fill(handle, source, options);
    } catch (error) {
      await rm(path, { force: true });
      throw error;
    }
  } catch (error) {
    throw asUnavailable(error, "store the file");
  }
}

async function fill(
  handle: FileHandle,
  source: AsyncIterable<Uint8Array>,
  { isFlushed, onPiece, ...options }: FileOptions,
): Promise<number> {
  let [sizeBytes, flushed] = [0, 0];
  for await (const piece of intake(source, { ...options, pieceBytes: PIECE_BYTES })) {
    onPiece(piece);
    await writeAll(handle, piece);
    sizeBytes += piece.byteLength;
    if (!isFlushed || sizeBytes - flushed < FLUSH_BYTES) continue;
    await handle.datasync();
    flushed = sizeBytes;
  }
  if (isFlushed) await handle.sync();
  return sizeBytes;
}

/** Writes all bytes. A single write may be short, and on a nearly full disk it is. */
async function writeAll(handle: FileHandle, bytes: Uint8Array): Promise<void> {
  for (let written = 0; written < bytes.byteLength; ) {
    const { bytesWritten } = await handle.write(bytes, written, bytes.byteLength - written);
    written += bytesWritten;
  }
}
