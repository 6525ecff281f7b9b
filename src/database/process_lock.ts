import { Database } from "bun:sqlite";
import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { isBusy } from "./sqlite_error.ts";

/** A lock that the operating system releases when the process ends, even after a crash. */
export interface ProcessLock extends Disposable {
  release(): void;
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
