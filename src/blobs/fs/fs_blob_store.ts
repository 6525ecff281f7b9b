import { closeSync, openSync, readSync, renameSync, type Stats, statSync, utimesSync } from "node:fs";
import { chmod, mkdir, open, readdir, rename, rm, stat, utimes } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { asUnavailable, errorCode } from "../../core/shortage.ts";
import type {
  BlobReader,
  BlobStore,
  BlobStoreOptions,
  ByteRange,
  DeleteOptions,
  FoundBlob,
  LocalBlob,
  Purged,
  PurgeOptions,
  ScratchFile,
  StagedBlob,
  StoredBlob,
  WriteFileOptions,
  WriteOptions,
} from "../blob_store.ts";
import { Holds } from "../holds.ts";
import { mayErase } from "../may_erase.ts";
import { ScratchSpace } from "../scratch_space.ts";
import { assertSha256, isSha256 } from "../sha256.ts";
import { PIECE_BYTES, stageFile } from "../stage_file.ts";

const STORE = "store the file";

/** The directory of deleted contents; no content's first two digits. */
const TRASH = "trash";
/** Up to here, to read a file at once costs less than to let the kernel send it; both are equal at about 100 kB. */
const SMALL_BYTES = 64 * 1024;

/**
 * Opens a store of contents as files under `DATA_DIR/blobs/ab/cd/<sha256>` (mode 0600), staged in `DATA_DIR/blobs/tmp`.
 * The trash is `DATA_DIR/trash`, where the time of a file is that of its deletion.
 *
 * The order of a write is: bytes, fsync of the file, rename, fsync of the directory. A rename replaces an existing file
 * with the same bytes, so writing a content again also repairs a damaged file.
 */
export async function openFsBlobStore(dataDir: string, { useOf }: BlobStoreOptions): Promise<BlobStore> {
  const scratch = new ScratchSpace(resolve(dataDir, "blobs/tmp"));
  await scratch.create();
  return new FsBlobStore(dataDir, scratch, useOf);
}

/** Opens the contents of a data directory for reading. Nothing is created. */
export function openFsBlobReader(dataDir: string): BlobReader {
  return new FsBlobStore(dataDir, new ScratchSpace(resolve(dataDir, "blobs/tmp")), () => "needed");
}

class FsBlobStore implements BlobStore {
  readonly #root: string;
  readonly #trash: string;
  readonly #scratch: ScratchSpace;
  readonly #useOf: BlobStoreOptions["useOf"];
  readonly #holds = new Holds();

  constructor(dataDir: string, scratch: ScratchSpace, useOf: BlobStoreOptions["useOf"]) {
    this.#useOf = useOf;
    const root = resolve(dataDir, "blobs");
    // A rename stays within one file system, and the contents may be mounted on one of their own.
    const [own, outer] = [root, dirname(root)].map((path) => statSync(path, { throwIfNoEntry: false })?.dev);
    this.#root = root;
    this.#trash = join(own === undefined || own === outer ? dirname(root) : root, TRASH);
    this.#scratch = scratch;
  }

  async write(source: AsyncIterable<Uint8Array>, options: WriteOptions): Promise<StagedBlob> {
    await using file = this.#scratch.reserve();
    try {
      const blob = await stageFile(file.path, source, options);
      return await this.#keep(file.path, blob);
    } catch (error) {
      throw asUnavailable(error, STORE);
    }
  }

  async writeFile(path: string, { digest, signal }: WriteFileOptions = {}): Promise<StagedBlob> {
    const blob = digest ?? (await hashFile(path, signal));
    try {
      await chmod(path, 0o600);
      await utimes(path, new Date(), new Date());
      return await this.#keep(path, blob);
    } catch (error) {
      if (errorCode(error) !== "EXDEV") throw asUnavailable(error, STORE);
      const staged = await this.write(Bun.file(path).stream(), { maxBytes: Number.POSITIVE_INFINITY, signal });
      await rm(path, { force: true });
      return staged;
    }
  }

  async find(sha256: string): Promise<FoundBlob | null> {
    const file = this.#fileOf(sha256);
    if (file === null) return null;
    const { path, info } = file;
    return {
      sizeBytes: info.size,
      body: (range?: ByteRange) => (range ? partOf(path, range) : opened(path)),
    };
  }

  async openLocal(sha256: string): Promise<LocalBlob | null> {
    assertSha256(sha256);
    return await this.#holds.exclusive(sha256, async () => {
      const file = this.#fileOf(sha256);
      if (file === null) return null;
      const { path, info } = file;
      const end = this.#holds.hold(sha256);
      const release = async () => end();
      return { path, sizeBytes: info.size, release, [Symbol.asyncDispose]: release };
    });
  }

  async scratch(extension?: string): Promise<ScratchFile> {
    return this.#scratch.reserve(extension);
  }

  async delete(sha256: string, { writtenBefore, toTrash = false }: DeleteOptions = {}): Promise<boolean> {
    const path = this.#path(sha256);
    return await this.#holds.exclusive(sha256, async () => {
      if (this.#holds.isHeld(sha256)) return false;
      const use = await this.#useOf(sha256);
      if (use === "needed") return false;
      const isTrashed = toTrash || use === "released";
      if (isTrashed) await mkdir(this.#trash, { recursive: true, mode: 0o700 });
      await using removed = this.#scratch.reserve();
      // Both in one tick: the shorter the gap, the less another process can renew the file within it.
      const info = statSync(path, { throwIfNoEntry: false });
      if (info === undefined || (writtenBefore !== undefined && info.mtimeMs >= writtenBefore)) return false;
      if (isTrashed) {
        // The time first: a crash in between must not make it look as if it had been in the trash for long.
        const now = new Date();
        utimesSync(path, now, now);
        renameSync(path, this.#trashPath(sha256));
        return true;
      }
      // Only its name: measured, to unlink 90 MB takes 5 to 20 ms, which the release of the scratch file spends elsewhere.
      renameSync(path, removed.path);
      return true;
    });
  }

  async purge(sha256: string, options: PurgeOptions = {}): Promise<Purged> {
    const trashed = this.#trashPath(sha256);
    const path = this.#path(sha256);
    return await this.#holds.exclusive(sha256, async () => {
      if (this.#holds.isHeld(sha256)) return "kept";
      const use = await this.#useOf(sha256);
      const info = await stat(trashed).catch(ifMissing);
      if (info === null) return "kept";
      if (use === "needed" && statSync(path, { throwIfNoEntry: false }) === undefined) {
        await mkdir(dirname(path), { recursive: true, mode: 0o700 });
        await rename(trashed, path);
        await syncDirectory(dirname(path));
        return "put back";
      }
      if (!mayErase(use, info.mtimeMs, options)) return "kept";
      // Needed and there: the copy in the trash is one too many.
      await rm(trashed, { force: true });
      return "erased";
    });
  }

  async *listTrash(): AsyncGenerator<StoredBlob & { trashedAt: number }> {
    for (const sha256 of await namesIn(this.#trash)) {
      if (!isSha256(sha256)) continue;
      const info = await stat(this.#trashPath(sha256)).catch(ifMissing);
      if (info?.isFile()) yield { sha256, sizeBytes: info.size, trashedAt: info.mtimeMs };
    }
  }

  async *list(): AsyncGenerator<StoredBlob & { writtenAt: number }> {
    for (const first of await namesIn(this.#root)) {
      if (!/^[0-9a-f]{2}$/.test(first)) continue;
      for (const second of await namesIn(join(this.#root, first))) {
        for (const sha256 of await namesIn(join(this.#root, first, second))) {
          if (!isSha256(sha256)) continue;
          const info = await stat(this.#path(sha256)).catch(ifMissing);
          if (info?.isFile()) yield { sha256, sizeBytes: info.size, writtenAt: info.mtimeMs };
        }
      }
    }
  }

  async cleanTemporary(options: { writtenBefore?: number | undefined } = {}): Promise<number> {
    return await this.#scratch.clean(options);
  }

  async [Symbol.asyncDispose](): Promise<void> {}

  /** Synchronous on purpose: one stat of a local file is far shorter than the way to the thread pool and back. */
  #fileOf(sha256: string): { path: string; info: Stats } | null {
    for (const path of [this.#path(sha256), this.#trashPath(sha256)]) {
      const info = statSync(path, { throwIfNoEntry: false });
      if (info !== undefined) return { path, info };
    }
    return null;
  }

  #trashPath(sha256: string): string {
    assertSha256(sha256);
    return join(this.#trash, sha256);
  }

  #path(sha256: string): string {
    assertSha256(sha256);
    return join(this.#root, sha256.slice(0, 2), sha256.slice(2, 4), sha256);
  }

  /** Moves a complete, flushed file to its final name. */
  async #keep(from: string, blob: StoredBlob): Promise<StagedBlob> {
    const path = this.#path(blob.sha256);
    return await this.#holds.exclusive(blob.sha256, async () => {
      const directory = dirname(path);
      const created = await mkdir(directory, { recursive: true, mode: 0o700 });
      await rename(from, path);
      await syncDirectory(directory);
      if (created !== undefined) {
        await syncDirectory(dirname(directory));
        await syncDirectory(this.#root);
      }
      const release = this.#holds.hold(blob.sha256);
      return { ...blob, release, [Symbol.dispose]: release };
    });
  }
}

async function hashFile(path: string, signal: AbortSignal | undefined): Promise<StoredBlob> {
  const hasher = new Bun.CryptoHasher("sha256");
  await using handle = await open(path, "r+");
  const piece = new Uint8Array(PIECE_BYTES);
  let sizeBytes = 0;
  while (true) {
    signal?.throwIfAborted();
    const { bytesRead } = await handle.read(piece, 0, piece.byteLength, sizeBytes);
    if (bytesRead === 0) break;
    hasher.update(piece.subarray(0, bytesRead));
    sizeBytes += bytesRead;
  }
  await handle.sync();
  return { sha256: hasher.digest("hex"), sizeBytes };
}

async function syncDirectory(path: string): Promise<void> {
  await using handle = await open(path, "r");
  await handle.sync();
}

async function namesIn(directory: string): Promise<string[]> {
  return ((await readdir(directory).catch(ifMissing)) ?? []).sort();
}

function partOf(path: string, { start, end }: ByteRange): Blob {
  const length = end - start + 1;
  const bytes = length <= SMALL_BYTES ? readNow(path, start, length) : null;
  return bytes === null ? opened(path).slice(start, end + 1) : new Blob([bytes]);
}

/**
 * Returns a file after opening it once: the runtime opens it again only after the handler, where a shortage of
 * descriptors could no longer be answered as an error of the request.
 */
function opened(path: string): Bun.BunFile {
  closeSync(openSync(path, "r"));
  return Bun.file(path);
}

/** Returns null when the file is shorter. */
function readNow(path: string, start: number, length: number): Uint8Array<ArrayBuffer> | null {
  const file = openSync(path, "r");
  try {
    const bytes = new Uint8Array(length);
    return readSync(file, bytes, 0, length, start) === length ? bytes : null;
  } finally {
    closeSync(file);
  }
}

/** Returns `null` for a missing file, for `catch`; throws any other error. */
function ifMissing(error: unknown): null {
  const code = errorCode(error);
  if (code === "ENOENT" || code === "ENOTDIR") return null;
  throw error;
}
