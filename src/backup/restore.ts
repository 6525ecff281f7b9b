import { join } from "node:path";
import { type BlobStorageType, openBlobReader, openBlobStore } from "../blobs/mod.ts";
import { AppError } from "../core/errors.ts";
import { tryProcessLock } from "../database/mod.ts";
import { databasePath } from "../event_log/mod.ts";
import { claimDirectory } from "./claim_directory.ts";
import { copyContents } from "./copy_contents.ts";
import { type Manifest, readManifest } from "./manifest.ts";
import { copyFile, copyFiles } from "./other_files.ts";
import { putInPlace, readSnapshot } from "./snapshot.ts";

/** The source and the destination of a restore. */
export interface RestoreOptions {
  /** The directory that a backup made. */
  readonly from: string;
  /** The data directory to make; it must be missing or empty. */
  readonly dataDir: string;
  /** The storage type of the data directory, which may differ from the backup's. */
  readonly blobStorage: BlobStorageType;
  /** Contents copied so far, and in all. */
  readonly onProgress?: (done: number, total: number) => void;
}

/** Lock files, which may be in an otherwise empty data directory. */
const LOCKS = ["server.lock", "rebuild.lock"];

/**
 * Creates a data directory from a backup, after checking its hash chain and every content.
 *
 * @throws {AppError} `conflict` when a server runs there or data is there, or the backup is damaged; `not_found` when
 *   there is no whole backup. The data directory is then as it was.
 */
export async function restore({ from, dataDir, blobStorage, onProgress }: RestoreOptions): Promise<Manifest> {
  const manifest = readManifest(from);
  await using stack = new AsyncDisposableStack();
  const claimed = stack.use(claimDirectory(dataDir, { refusal: "Cannot restore into", mayHold: LOCKS }));
  const lock = tryProcessLock(join(dataDir, "server.lock"));
  if (!lock) throw new AppError("conflict", `Cannot restore into ${dataDir}: a server is running there`);
  stack.use(lock);

  const copy = `${databasePath(dataDir)}.partial`;
  copyFile(databasePath(from), copy);
  const { head, contents } = readSnapshot(copy, { action: `restore ${from}` });
  if (head.position !== manifest.head.position || head.hash !== manifest.head.hash) {
    throw new AppError("conflict", `Cannot restore ${from}: its log does not match its manifest`);
  }
  const source = stack.use(await openBlobReader(manifest.blobStorage, from));
  const target = stack.use(await openBlobStore(blobStorage, dataDir, { useOf: () => "unnamed" }));
  const [failed] = await copyContents(contents, { from: source, to: target, onProgress });
  if (failed) throw new AppError("conflict", `Cannot restore ${from}: content ${failed.sha256} ${failed.why}`);
  copyFiles(from, dataDir);
  putInPlace(copy, databasePath(dataDir));
  claimed.finish();
  return manifest;
}
