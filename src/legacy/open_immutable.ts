import { constants, Database } from "bun:sqlite";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";

/**
 * Opens a SQLite file for reading and leaves no trace: without `immutable` a file in WAL mode gets a `-wal` and a `-shm`
 * beside it even from a reader. Only for a file that nobody writes to and that has no journal.
 */
export function openImmutable(path: string): Database {
  const { SQLITE_OPEN_READONLY, SQLITE_OPEN_URI } = constants;
  return new Database(`${pathToFileURL(resolve(path)).href}?immutable=1`, SQLITE_OPEN_READONLY | SQLITE_OPEN_URI);
}
