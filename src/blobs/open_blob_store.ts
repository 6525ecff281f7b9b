import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import type { BlobReader, BlobStore, BlobStoreOptions } from "./blob_store.ts";
import { openFsBlobReader, openFsBlobStore } from "./fs/fs_blob_store.ts";

/** The values of `BLOB_STORAGE_TYPE`; the first is the default. */
export const BLOB_STORAGE_TYPES = ["fs", "sqlite"] as const;

/** One of {@linkcode BLOB_STORAGE_TYPES}. */
export type BlobStorageType = (typeof BLOB_STORAGE_TYPES)[number];

/**
 * Opens the store of a type in a data directory, which is created where it is missing.
 *
 * @throws {Error} one sentence: the directory keeps its contents in the other way
 */
export async function openBlobStore(
  type: BlobStorageType,
  dataDir: string,
  options: BlobStoreOptions,
): Promise<BlobStore> {
  assertType(type, dataDir);
  if (type === "fs") return await openFsBlobStore(dataDir, options);
  const { openSqliteBlobStore } = await loadSqlite();
  return await openSqliteBlobStore(dataDir, options);
}

/**
 * Opens the contents of a data directory for reading. Nothing is created, so the directory need not be writable.
 *
 * @throws {Error} as {@linkcode openBlobStore}
 */
export async function openBlobReader(type: BlobStorageType, dataDir: string): Promise<BlobReader> {
  assertType(type, dataDir);
  if (type === "fs") return openFsBlobReader(dataDir);
  const { openSqliteBlobReader } = await loadSqlite();
  return openSqliteBlobReader(dataDir);
}

/** Loads the adapter when it is used: child processes come in by this folder's door, and need no database. */
function loadSqlite() {
  return import("./sqlite/sqlite_blob_store.ts");
}

function assertType(type: BlobStorageType, dataDir: string): void {
  const other = BLOB_STORAGE_TYPES.find((candidate) => candidate !== type && HAS_CONTENTS[candidate](dataDir));
  if (other !== undefined && !HAS_CONTENTS[type](dataDir)) {
    throw new Error(
      `Cannot use BLOB_STORAGE_TYPE=${type}: ${dataDir} keeps its contents as ${other}; set ${other}, or 'reelog backup' with ${other} and 'reelog restore' with ${type}`,
    );
  }
}

/** Tests by type for contents in a data directory. */
const HAS_CONTENTS: Record<BlobStorageType, (dataDir: string) => boolean> = {
  fs: (dataDir) => namesIn(join(dataDir, "blobs")).some((name) => /^[0-9a-f]{2}$/.test(name)),
  sqlite: (dataDir) => existsSync(join(dataDir, "blobs.db")),
};

function namesIn(directory: string): string[] {
  return existsSync(directory) ? readdirSync(directory) : [];
}
