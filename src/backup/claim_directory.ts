import { existsSync, mkdirSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { AppError } from "../core/errors.ts";
import { type ProcessLock, tryProcessLock } from "../database/mod.ts";

/** A directory locked for this process. Its contents are removed on disposal unless it is finished. */
export interface ClaimedDirectory extends Disposable {
  finish(): void;
}

/** Options of {@linkcode claimDirectory}. */
export interface ClaimOptions {
  /** The start of error messages, e.g. `Cannot back up to`. */
  readonly refusal: string;
  /** Names of files that may exist, and are kept. */
  readonly mayHold?: readonly string[];
}

/** The lock of a directory that is being filled; a killed process leaves it behind. */
const MARK = "unfinished.lock";
/** The last file that is created: a directory that has it is complete. */
const WHOLE = "reelog.db";

/**
 * Locks an empty or missing directory. Leftovers of a killed process are removed.
 *
 * @throws {AppError} `conflict` when something is there, or another process is filling it
 */
export function claimDirectory(path: string, { refusal, mayHold = [] }: ClaimOptions): ClaimedDirectory {
  const isNew = !existsSync(path);
  const refuse: Refuse = (why) => new AppError("conflict", `${refusal} ${path}: ${why}`);
  if (isNew) make(path, refuse);
  const held = namesIn(path, refuse).filter((name) => !mayHold.some((kept) => isOf(kept, name)));
  const isUnfinished = held.includes(MARK) && !held.includes(WHOLE);
  if (held.length > 0 && !isUnfinished) throw refuse("the directory is not empty");
  const lock = lockIn(path, refuse);
  if (!lock) throw refuse("another process is filling it");
  empty(path, [MARK, ...mayHold]);
  return claim(path, { lock, isNew, mayHold });
}

interface Claim {
  readonly lock: ProcessLock;
  readonly isNew: boolean;
  readonly mayHold: readonly string[];
}

function claim(path: string, { lock, isNew, mayHold }: Claim): ClaimedDirectory {
  let isFinished = false;
  return {
    finish() {
      isFinished = true;
    },
    [Symbol.dispose]() {
      if (!isFinished) empty(path, [MARK, ...mayHold]);
      lock.release();
      rmSync(join(path, MARK), { force: true });
      if (!isFinished && isNew) rmSync(path, { recursive: true, force: true });
    },
  };
}

type Refuse = (why: string) => AppError;

function make(path: string, refuse: Refuse): void {
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 });
  } catch {
    throw refuse("the directory cannot be created");
  }
}

function lockIn(path: string, refuse: Refuse): ProcessLock | null {
  try {
    return tryProcessLock(join(path, MARK));
  } catch {
    throw refuse("the directory cannot be written to");
  }
}

function namesIn(path: string, refuse: Refuse): string[] {
  try {
    return readdirSync(path);
  } catch {
    throw refuse("it is not a directory that can be read");
  }
}

function empty(path: string, except: readonly string[]): void {
  for (const name of readdirSync(path)) {
    if (!except.some((kept) => isOf(kept, name))) {
      rmSync(join(path, name), { recursive: true, force: true });
    }
  }
}

/** Returns true for the file itself, or the journal that SQLite keeps next to it. */
function isOf(file: string, name: string): boolean {
  return name === file || name === `${file}-journal`;
}
