import { Database, SQLiteError } from "bun:sqlite";
import { chmodSync, existsSync, mkdirSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { openImmutable } from "./open_immutable.ts";

/** The wait of a statement for another process's write lock, in milliseconds. */
const BUSY_TIMEOUT_MS = 10_000;
/** The size to which the write-ahead log is cut after a large replay, in bytes. */
const WAL_LIMIT_BYTES = 64 * 1024 * 1024;

/** The options for opening a database. Default: for writing, created if missing. */
export interface OpenOptions {
  readonly readonly?: boolean;
}

/**
 * Opens a SQLite file with the settings that the log relies on: WAL, `synchronous=FULL` (a 2xx means that it is on
 * disk), foreign keys, a busy timeout (bun:sqlite's own is 0) and strict parameters (otherwise a missing one is NULL).
 * For reading, the directory need not be writable.
 *
 * @throws {Error} one sentence with the path, when the file cannot be opened or is not a database
 */
export function openDatabase(path: string, { readonly = false }: OpenOptions = {}): Database {
  const stack = new DisposableStack();
  try {
    const db = stack.adopt(readonly ? openReadonly(path) : openWritable(path), (opened) => opened.close());
    db.run(`PRAGMA busy_timeout = ${BUSY_TIMEOUT_MS}`);
    if (!readonly) configure(db);
    stack.move();
    return db;
  } catch (cause) {
    stack.dispose();
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`Cannot open the database ${path}: ${why}`, { cause });
  }
}

function openWritable(path: string): Database {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const isNew = !existsSync(path);
  const db = new Database(path, { create: true, readwrite: true, strict: true });
  if (isNew) chmodSync(path, 0o600);
  return db;
}

/**
 * A reader of a database in WAL mode needs its `-wal` and `-shm` files. Where they are missing and cannot be created,
 * nothing writes, and the file alone is read.
 */
function openReadonly(path: string): Database {
  try {
    return readable(new Database(path, { readonly: true, strict: true }));
  } catch (error) {
    const isUnwritable = error instanceof SQLiteError && /^SQLITE_(CANTOPEN|READONLY)/.test(error.code ?? "");
    if (!isUnwritable) throw error;
    const journal = JOURNALS.map((suffix) => path + suffix).find((file) => sizeOf(file) > 0);
    if (journal === undefined) return readable(openImmutable(path));
    throw new Error(
      `changes that are only in ${journal} cannot be read, because its directory cannot be written to; copy the directory to where it can, or mount it writable once`,
    );
  }
}

const JOURNALS = ["-wal", "-journal"];

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}

/** Returns a database that was opened, after a first read, which fails where the opening does not. */
function readable(db: Database): Database {
  try {
    db.query("SELECT count(*) FROM sqlite_master").get();
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

function configure(db: Database): void {
  db.run("PRAGMA journal_mode = WAL");
  db.run("PRAGMA synchronous = FULL");
  db.run("PRAGMA foreign_keys = ON");
  db.run(`PRAGMA journal_size_limit = ${WAL_LIMIT_BYTES}`);
  // The replay's swap drops whole tables; a larger cache keeps that and the list queries out of the page cache churn.
  db.run("PRAGMA cache_size = -16000");
}
