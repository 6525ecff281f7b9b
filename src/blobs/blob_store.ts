/** An inclusive range of byte positions, as in HTTP (RFC 9110 §14.1.2). */
export interface ByteRange {
  /** First byte, from 0. */
  start: number;
  /** Last byte, included. */
  end: number;
}

/** One stored content. */
export interface StoredBlob {
  /** SHA-256 of the content in lowercase hexadecimal: its only name. */
  sha256: string;
  /** The size in bytes. */
  sizeBytes: number;
}

/**
 * Content that is complete and flushed, and *held*: no sweep or delete of this process removes it until
 * {@linkcode release}. Release it after the event that names it is appended, or after giving up.
 *
 * @example
 * ```ts
 * using staged = await blobs.write(body, { maxBytes });
 * const { sha256, sizeBytes } = staged; // to be named by an event while the content is held
 * ```
 */
export interface StagedBlob extends StoredBlob, Disposable {
  /** Ends the hold. Idempotent. */
  release(): void;
}

/** A stored content, found by its hash. */
export interface FoundBlob {
  /** The size in bytes. */
  sizeBytes: number;
  /**
   * Returns the bytes, or a part of them, ready for a `Response`. A stream fails rather than ends early when bytes are
   * missing. The range must lie within the size.
   */
  body(range?: ByteRange): Blob | ReadableStream<Uint8Array<ArrayBuffer>>;
}

/** A file that another process can read; it is held until {@linkcode release}. */
export interface LocalBlob extends AsyncDisposable {
  /** Absolute path. Read only: it may be the stored content itself. */
  path: string;
  /** The size in bytes. */
  sizeBytes: number;
  release(): Promise<void>;
}

/** A path for a temporary file, which is removed on {@linkcode release}. */
export interface ScratchFile extends AsyncDisposable {
  /** An unused absolute path on the file system of the blobs. */
  path: string;
  release(): Promise<void>;
}

/** Options of {@linkcode BlobStore.write}. */
export interface WriteOptions {
  /** The most bytes; more is `asset_too_large`. */
  maxBytes: number;
  /** Stops the write; it then rejects with the signal's reason. */
  signal?: AbortSignal | undefined;
}

/** Options of {@linkcode BlobStore.writeFile}. */
export interface WriteFileOptions {
  /**
   * The size and hash that this process computed when it wrote the file, flushed; the file is not hashed again. Never
   * the claim of another process.
   */
  digest?: StoredBlob | undefined;
  /** Stops the write; it then rejects with the signal's reason. */
  signal?: AbortSignal | undefined;
}

/**
 * The use of a content: `needed` by an event, `released` by every stream that named it, or `unnamed` because no event
 * ever named it.
 */
export type ContentUse = "needed" | "released" | "unnamed";

/** The dependencies of a store. */
export interface BlobStoreOptions {
  /** Returns the use of a content according to the log. It is called while no write of the content is running. */
  useOf: (sha256: string) => ContentUse | Promise<ContentUse>;
}

/** Options of {@linkcode BlobStore.delete}. */
export interface DeleteOptions {
  /** The time of the last write before which content is deleted, in milliseconds since 1970. */
  writtenBefore?: number | undefined;
  /** True to trash unnamed content, too, which is otherwise erased. */
  toTrash?: boolean;
}

/** Options of {@linkcode BlobStore.purge}. */
export interface PurgeOptions {
  /** The time before which trashed content is erased, in milliseconds since 1970. Default: any. */
  trashedBefore?: number;
  /** True to erase only content that was released: a newer log may name the other. */
  onlyReleased?: boolean;
}

/** The outcome of a purge. */
export type Purged = "erased" | "put back" | "kept";

/** The stored contents, for reading. */
export interface BlobReader extends AsyncDisposable {
  /** Finds a content, also in the trash; `null` where it is missing. */
  find(sha256: string): Promise<FoundBlob | null>;
}

/**
 * A store of contents, each kept once under its SHA-256, across all owners.
 *
 * Every method that takes a `sha256` throws a `TypeError` when it is not 64 lowercase hexadecimal digits, so a name from
 * outside can never become a path.
 */
export interface BlobStore extends BlobReader {
  /**
   * Stores a stream. The bytes are complete and flushed to disk on return; writing the same content again renews its
   * time. Nothing is left behind when it fails.
   *
   * @throws {AppError} `asset_too_large` over `maxBytes`; `unavailable` when the disk is full
   */
  write(source: AsyncIterable<Uint8Array>, options: WriteOptions): Promise<StagedBlob>;

  /**
   * Stores a finished local file and *takes* it: the file is gone afterwards. Cheapest with a path of
   * {@linkcode scratch}, which is renamed and not copied.
   *
   * @throws {AppError} `unavailable` when the disk is full
   */
  writeFile(path: string, options?: WriteFileOptions): Promise<StagedBlob>;

  /** Opens a content as a file for another process, also from the trash; `null` where it is missing. */
  openLocal(sha256: string): Promise<LocalBlob | null>;

  /** Reserves a path for a temporary file, with the given extension (`".webp"`). */
  scratch(extension?: string): Promise<ScratchFile>;

  /**
   * Removes content that is neither held nor needed: to the trash when it was released, for good when no event ever
   * named it. Returns true when it did; content that is still being read stays for the next sweep.
   */
  delete(sha256: string, options?: DeleteOptions): Promise<boolean>;

  /** Erases content of the trash for good, or puts it back when it is needed. Held content stays. */
  purge(sha256: string, options?: PurgeOptions): Promise<Purged>;

  /** Lists the contents of the trash, each with the time of its deletion (milliseconds since 1970). */
  listTrash(): AsyncIterable<StoredBlob & { trashedAt: number }>;

  /** Lists the complete contents outside the trash by hash, each with its last write (milliseconds since 1970). */
  list(): AsyncIterable<StoredBlob & { writtenAt: number }>;

  /**
   * Removes the files of interrupted writes, except those in use by this process.
   *
   * @returns how many
   */
  cleanTemporary(options?: { writtenBefore?: number | undefined }): Promise<number>;
}
