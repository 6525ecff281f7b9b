import { Database } from "bun:sqlite";
import { existsSync, mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { isBusy } from "./sqlite_error.ts";

/** A lock that the operating system releases when the process ends, even after a crash. */
export interface ProcessLock extends Disposable {
  release(): void;
}

/** Returns true while a process holds the lock; also for a file on a read-only mount. */
export function isProcessLocked(path: string): boolean {
  if (!existsSync(path)) return false;
  using db = new Database(path, { readonly: true });
  try {
    db.run("PRAGMA busy_timeout = 0");
    db.query("SELECT count(*) FROM sqlite_schema").get();
    return false;
  } catch (error) {
    if (isBusy(error)) return true;
    throw error;
  }
}

/**
 * Takes an exclusive lock between processes, as an open SQLite transaction on a file of its own.
 *
 * @returns null when another holder has it
 * @throws {Error} one sentence with the path, when the file cannot be written
 */
export function tryProcessLock(path: string): ProcessLock | null {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const db = new Database(path, { create: true, readwrite: true });
  try {
    db.run("PRAGMA busy_timeout = 0");
    // No journal: the lock must also work on a full disk, and nothing is ever written.
    db.run("PRAGMA journal_mode = MEMORY");
    db.run("BEGIN EXCLUSIVE");
  } catch (error) {
    db.close();
    if (isBusy(error)) return null;
    throw new Error(`Cannot lock ${path}: ${error instanceof Error ? error.message : error}`, { cause: error });
  }
  let held = true;
  function release(): void {
    if (!held) return;
    held = false;
    db.run("ROLLBACK");
    db.close();
  }
  return { release, [Symbol.dispose]: release };
}
