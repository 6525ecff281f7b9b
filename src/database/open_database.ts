import { Database } from "bun:sqlite";
import { chmodSync, existsSync, mkdirSync } from "node:fs";
import { dirname } from "node:path";

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
 *
 * @throws {Error} one sentence with the path, when the file cannot be opened or is not a database
 */
export function openDatabase(path: string, { readonly = false }: OpenOptions = {}): Database {
  const stack = new DisposableStack();
  try {
    const db = readonly ? new Database(path, { readonly: true, strict: true }) : openWritable(path);
    stack.defer(() => db.close());
    db.run(`PRAGMA busy_timeout = ${BUSY_TIMEOUT_MS}`);
    if (readonly) db.query("SELECT count(*) FROM sqlite_master").get();
    else configure(db);
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

function configure(db: Database): void {
  db.run("PRAGMA journal_mode = WAL");
  db.run("PRAGMA synchronous = FULL");
  db.run("PRAGMA foreign_keys = ON");
  db.run(`PRAGMA journal_size_limit = ${WAL_LIMIT_BYTES}`);
  // The replay's swap drops whole tables; a larger cache keeps that and the list queries out of the page cache churn.
  db.run("PRAGMA cache_size = -16000");
}
