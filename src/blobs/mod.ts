/**
 * Contents, each stored once under its SHA-256.
 *
 * @module
 */
export type {
  BlobReader,
  BlobStore,
  BlobStoreOptions,
  ByteRange,
  ContentUse,
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
} from "./blob_store.ts";
export { type ContentFault, checkContents } from "./check_contents.ts";
export { createFileCache, type FileCache, type HeldFile } from "./file_cache.ts";
export { openFsBlobStore } from "./fs/fs_blob_store.ts";
export { BLOB_STORAGE_TYPES, type BlobStorageType, openBlobReader, openBlobStore } from "./open_blob_store.ts";
export { PIECE_BYTES, stageFile, writeTemporaryFile } from "./stage_file.ts";
export { streamOf } from "./stream_of.ts";
export { emptyTrash, type SweepOptions, type SweepResult, sweepOrphans } from "./sweep.ts";
export { createTrashLimit } from "./trash_limit.ts";
