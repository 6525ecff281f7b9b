import { constants, Database } from "bun:sqlite";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";

/**
 * Opens a SQLite file for reading and leaves no trace: without `immutable` even a reader creates a `-wal` and a `-shm`
 * file for a database in WAL mode. Only for a file without writers and without a journal.
 */
export function openImmutable(path: string): Database {
  const { SQLITE_OPEN_READONLY, SQLITE_OPEN_URI } = constants;
  return new Database(`${pathToFileURL(resolve(path)).href}?immutable=1`, SQLITE_OPEN_READONLY | SQLITE_OPEN_URI);
}
