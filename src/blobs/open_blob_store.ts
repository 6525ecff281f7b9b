import type { BlobStore } from "./blob_store.ts";
import { openFsBlobStore } from "./fs_blob_store.ts";
import { openSqliteBlobStore } from "./sqlite_blob_store.ts";

/** What `BLOB_STORAGE_TYPE` may be; the first is the default. */
export const BLOB_STORAGE_TYPES = ["fs", "sqlite"] as const;

/** One of {@linkcode BLOB_STORAGE_TYPES}. */
export type BlobStorageType = (typeof BLOB_STORAGE_TYPES)[number];

/** Opens the store of that type in a data directory, which is made where it is missing. */
export async function openBlobStore(type: BlobStorageType, dataDir: string): Promise<BlobStore> {
  const open = { fs: openFsBlobStore, sqlite: openSqliteBlobStore }[type];
  return await open(dataDir);
}
