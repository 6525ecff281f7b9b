import { constants, mkdirSync, mkdtempSync } from "node:fs";
import { copyFile, type FileHandle, link, open, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { PIECE_BYTES, type StoredBlob, stageFile, type WriteOptions } from "../blobs/mod.ts";
import { asUnavailable, errorCode, isPassing } from "../core/shortage.ts";

/** A file that a process may read until it is disposed of. */
export interface LentFile extends AsyncDisposable {
  /** Absolute path, in the directory that the processes can read. */
  readonly path: string;
}

/** A file for a process to create; everything at its path is removed on disposal. */
export interface OutputFile extends AsyncDisposable {
  /** Absolute path, in the directory that the processes can write to; nothing is there yet. */
  readonly path: string;
  /**
   * Copies the file to a new one that belongs to the server (mode 0600), flushed to disk, and returns the size and
   * digest of the copy. It is a copy because the process may still hold the file open, and change it after any check.
   *
   * @throws {OutputError} when the process made no file there, or no plain one: a link, a pipe, a directory
   * @throws {AppError} `asset_too_large` over `maxBytes`; `unavailable` when the disk is full
   */
  take(to: string, options: WriteOptions): Promise<StoredBlob>;
}

/** The absence of the file that a process had to create. */
export class OutputError extends Error {
  override readonly name = "OutputError";
}

/**
 * The two directories that a process shares with the server: one to read, one to write. Names in them are random. No
 * other process can open what is in them, even where it can list them: below the directory of the program.
 */
export class Workspace implements AsyncDisposable {
  readonly #given: string | undefined;
  #opened: { readonly directory: string; readonly readable: string; readonly writable: string } | null = null;

  /** @param directory created when it is first needed; by default in the system's temporary directory */
  constructor(directory?: string) {
    this.#given = directory;
  }

  /** The directory that the process reads. */
  get readable(): string {
    return this.#open().readable;
  }

  /** The directory that the process writes. */
  get writable(): string {
    return this.#open().writable;
  }

  /** Lends a file by a hard link, or by a copy where it is on another file system. */
  async lend(path: string): Promise<LentFile> {
    const lent = join(this.readable, crypto.randomUUID());
    const source = await realpath(path);
    try {
      await link(source, lent);
    } catch (error) {
      if (!NOT_LINKED.has(errorCode(error) ?? "")) throw error;
      await copyFile(source, lent, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE);
    }
    return { path: lent, [Symbol.asyncDispose]: () => rm(lent, { force: true }) };
  }

  /** Names a file for a process to make, with the given extension (`".webp"`). */
  output(extension = ""): OutputFile {
    const path = join(this.writable, `${crypto.randomUUID()}${extension}`);
    return {
      path,
      take: (to, options) => take(path, to, options),
      async [Symbol.asyncDispose]() {
        // A process that was killed leaves its unfinished part behind.
        for (const name of [path, `${path}.part`]) await rm(name, { force: true, recursive: true });
      },
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#opened) await rm(this.#opened.directory, { force: true, recursive: true });
    this.#opened = null;
  }

  #open() {
    this.#opened ??= made(this.#given);
    return this.#opened;
  }
}

/** Error codes of a link to another file system, on one without links, or with too many links already. */
const NOT_LINKED = new Set(["EXDEV", "EPERM", "EMLINK", "ENOTSUP", "EOPNOTSUPP", "ENOSYS"]);

function made(given: string | undefined) {
  const directory = given === undefined ? mkdtempSync(join(tmpdir(), "reelog-processes-")) : resolve(given);
  const [readable, writable] = [join(directory, "in"), join(directory, "out")];
  for (const path of [readable, writable]) mkdirSync(path, { recursive: true, mode: 0o700 });
  return { directory, readable, writable };
}

async function take(path: string, to: string, options: WriteOptions): Promise<StoredBlob> {
  // Without O_NONBLOCK, opening a pipe would wait for ever.
  const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
  const handle = await open(path, flags).catch((cause) => {
    if (isPassing(cause)) throw asUnavailable(cause, "read what a process made");
    throw new OutputError("A process made no file that can be opened", { cause });
  });
  await using file = handle;
  const info = await file.stat();
  // A file with a second name may belong to another user.
  if (!info.isFile() || info.nlink !== 1) throw new OutputError("A process made something that is no plain file");
  return await stageFile(to, piecesOf(file), options);
}

async function* piecesOf(file: FileHandle): AsyncGenerator<Uint8Array> {
  const piece = new Uint8Array(PIECE_BYTES);
  for (let position = 0; ; ) {
    const { bytesRead } = await file.read(piece, 0, piece.byteLength, position);
    if (bytesRead === 0) return;
    position += bytesRead;
    yield piece.subarray(0, bytesRead);
  }
}
