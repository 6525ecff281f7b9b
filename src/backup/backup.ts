import type { Database } from "bun:sqlite";
import { rmSync } from "node:fs";
import { join, resolve, sep } from "node:path";
import { type BlobReader, type BlobStorageType, type BlobStore, openBlobReader, openBlobStore } from "../blobs/mod.ts";
import { AppError } from "../core/errors.ts";
import { openDatabase, pendingMigrations } from "../database/mod.ts";
import { databasePath, existingDatabase } from "../event_log/mod.ts";
import { claimDirectory } from "./claim_directory.ts";
import { copyContents } from "./copy_contents.ts";
import { type Manifest, writeManifest } from "./manifest.ts";
import { copyFiles } from "./other_files.ts";
import { contentsOf, putInPlace, readSnapshot, type Snapshot } from "./snapshot.ts";

/** The source and the destination of a backup. */
export interface BackupOptions {
  readonly dataDir: string;
  /** The directory to make; it must be missing or empty. */
  readonly to: string;
  readonly blobStorage: BlobStorageType;
  /** Contents copied so far, and in all. */
  readonly onProgress?: (done: number, total: number) => void;
  readonly now?: () => Date;
}

/** Attempts before a content that a running server removes during the copy is an error. */
const TRIES = 3;

/**
 * Copies a data directory while a server may be using it: the database of one moment, then the contents that it needs.
 * The copy is itself a data directory.
 *
 * @throws {AppError} `conflict` when the destination is not empty, the log is damaged, or contents are missing or
 *   damaged; nothing is left at the destination then
 */
export async function backup(options: BackupOptions): Promise<Manifest> {
  const { dataDir, to, blobStorage, onProgress, now = () => new Date() } = options;
  const path = existingDatabase(dataDir);
  if (`${resolve(to)}${sep}`.startsWith(`${resolve(dataDir)}${sep}`)) {
    throw new AppError("conflict", `Cannot back up to ${to}: it is within the data directory`);
  }
  await using stack = new AsyncDisposableStack();
  const claimed = stack.use(claimDirectory(to, { refusal: "Cannot back up to" }));
  const live = stack.adopt(openDatabase(path, { readonly: true }), (db) => db.close());
  // Refuses a database of a newer release. One of an older release is copied as it is, to have it before the upgrade.
  pendingMigrations(live);
  const source = stack.use(await openBlobReader(blobStorage, dataDir));
  const target = stack.use(await openBlobStore(blobStorage, to, { useOf: () => "unnamed" }));
  // Copying most contents before the snapshot keeps the time between the two short.
  await copyContents(contentsOf(live), { from: source, to: target, onProgress });

  const copy = `${databasePath(to)}.partial`;
  const { head, contents } = await snapshotWithContents(live, copy, { from: source, to: target });
  copyFiles(dataDir, to);
  const bytes = contents.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  const manifest = { madeAt: now().toISOString(), head, blobStorage, contents: contents.length, bytes };
  writeManifest(to, { format: 1, ...manifest });
  putInPlace(copy, join(to, "reelog.db"));
  claimed.finish();
  return { format: 1, ...manifest };
}

/** Takes a new snapshot when a server removed a content that the last one needed. */
async function snapshotWithContents(
  live: Database,
  copy: string,
  stores: { readonly from: BlobReader; readonly to: BlobStore },
): Promise<Snapshot> {
  for (let attempt = 1; ; attempt++) {
    rmSync(copy, { force: true });
    live.query("VACUUM INTO ?").run(copy);
    const snapshot = readSnapshot(copy, { action: "back up" });
    const [failed] = await copyContents(snapshot.contents, stores);
    if (!failed) return snapshot;
    const isNeeded = contentsOf(live).some(({ sha256 }) => sha256 === failed.sha256);
    if (isNeeded || attempt === TRIES) {
      throw new AppError("conflict", `Cannot back up: content ${failed.sha256} ${failed.why}`);
    }
  }
}
