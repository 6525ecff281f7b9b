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
  /** bytes */
  sizeBytes: number;
}

/**
 * Content that is complete and flushed, and *held*: no sweep or delete of this process removes it until
 * {@linkcode release}. Release it after the event that names it is appended, or after giving up.
 *
 * @example
 * ```ts
 * using staged = await blobs.write(body, { maxBytes });
 * await log.append(stream, [BlobStored.of(staged)]);
 * ```
 */
export interface StagedBlob extends StoredBlob, Disposable {
  /** Ends the hold. Doing it again changes nothing. */
  release(): void;
}

/** Content that was there when it was looked for. */
export interface FoundBlob {
  /** bytes */
  sizeBytes: number;
  /**
   * The bytes, or a part of them, ready for a `Response`. A stream fails rather than ends early when bytes are missing.
   * The range must lie within the size.
   */
  body(range?: ByteRange): Blob | ReadableStream<Uint8Array<ArrayBuffer>>;
}

/** A file that another process can read; it is held until {@linkcode release}. */
export interface LocalBlob extends AsyncDisposable {
  /** Absolute path. Read only: it may be the stored content itself. */
  path: string;
  /** bytes */
  sizeBytes: number;
  release(): Promise<void>;
}

/** A path for a file that is still to be made; whatever is there is removed on {@linkcode release}. */
export interface ScratchFile extends AsyncDisposable {
  /** Absolute path on the file system of the blobs, where nothing is yet. */
  path: string;
  release(): Promise<void>;
}

/** The rules of one {@linkcode BlobStore.write}. */
export interface WriteOptions {
  /** More than this many bytes is `asset_too_large`. */
  maxBytes: number;
  /** Stops the write; it then rejects with the signal's reason. */
  signal?: AbortSignal | undefined;
}

/** What a identity may say about one {@linkcode BlobStore.writeFile}. */
export interface WriteFileOptions {
  /** Stops the write; it then rejects with the signal's reason. */
  signal?: AbortSignal | undefined;
}

/**
 * The use of a content: `needed` by an event, `released` by every stream that named it, or `unnamed` because no event
 * ever named it.
 */
export type ContentUse = "needed" | "released" | "unnamed";

/** The decision on which contents may go. */
export interface DeleteOptions {
  /** Asked when no write of the content can be under way. Released content goes to the trash, unnamed is erased. */
  useOf: (sha256: string) => ContentUse | Promise<ContentUse>;
  /** Only content last written before this time is deleted. Milliseconds since 1970. */
  writtenBefore?: number | undefined;
}

/** The decision on what leaves the trash. */
export interface PurgeOptions {
  /** Needed content is put back, whatever its age. */
  useOf: (sha256: string) => ContentUse | Promise<ContentUse>;
  /** Only content trashed before this time is erased. Milliseconds since 1970. */
  trashedBefore: number;
}

/** What became of a content in the trash. */
export type Purged = "erased" | "put back" | "kept";

/**
 * Where contents are kept: each once, under its SHA-256, whoever sent it.
 *
 * Every method that takes a `sha256` throws a `TypeError` when it is not 64 lowercase hexadecimal digits, so a name from
 * outside can never become a path.
 */
export interface BlobStore extends AsyncDisposable {
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

  /** The content, also from the trash, or `null` when there is none. */
  find(sha256: string): Promise<FoundBlob | null>;

  /** The content as a file for another process, also from the trash, or `null` when there is none. */
  openLocal(sha256: string): Promise<LocalBlob | null>;

  /** A path for a temporary file, with the given extension (`".webp"`). */
  scratch(extension?: string): Promise<ScratchFile>;

  /** Trashes or erases content that is neither held nor needed. Tells whether it did. */
  delete(sha256: string, options: DeleteOptions): Promise<boolean>;

  /** Erases content of the trash for good, or puts it back when it is needed. Content that is held stays. */
  purge(sha256: string, options: PurgeOptions): Promise<Purged>;

  /** Every content in the trash, with the time it came there (milliseconds since 1970). */
  listTrash(): AsyncIterable<StoredBlob & { trashedAt: number }>;

  /** Every complete content outside of the trash in the order of its hash, with the time it was last written (milliseconds since 1970). */
  list(): AsyncIterable<StoredBlob & { writtenAt: number }>;

  /**
   * Removes what interrupted writes left, except what this process is using.
   *
   * @returns how many
   */
  cleanTemporary(options?: { writtenBefore?: number | undefined }): Promise<number>;
}
