import type { Database } from "bun:sqlite";
import { closeSync, fsyncSync, openSync, renameSync } from "node:fs";
import { dirname } from "node:path";
import type { StoredBlob } from "../blobs/mod.ts";
import { AppError } from "../core/errors.ts";
import { openDatabase } from "../database/mod.ts";
import { type ChainCheck, checkChain } from "../event_log/mod.ts";
import { createRetention } from "../retention/mod.ts";
import { retentionRules } from "../server/registry.ts";

/** The head of a copied database and the contents that it needs. */
export interface Snapshot {
  readonly head: ChainCheck["head"];
  /** The contents that its events need. */
  readonly contents: readonly StoredBlob[];
}

/**
 * Reads a copy of the database from its first event to its last.
 *
 * @throws {AppError} `conflict` when its hash chain is broken
 */
export function readSnapshot(path: string, { action }: { readonly action: string }): Snapshot {
  const db = openDatabase(path, { readonly: true });
  try {
    const { head, broken } = checkChain(db);
    if (broken) throw new AppError("conflict", `Cannot ${action}: ${broken.sentence}`);
    return { head, contents: contentsOf(db) };
  } finally {
    db.close();
  }
}

/** Returns the contents that the events of a database need. */
export function contentsOf(db: Database): StoredBlob[] {
  using retention = createRetention(db, retentionRules);
  return retention.neededContents();
}

/** Renames a finished file and flushes it, so that a power cut leaves all of it or nothing. */
export function putInPlace(from: string, to: string): void {
  sync(from);
  renameSync(from, to);
  sync(dirname(to));
}

function sync(path: string): void {
  const handle = openSync(path, "r");
  fsyncSync(handle);
  closeSync(handle);
}
