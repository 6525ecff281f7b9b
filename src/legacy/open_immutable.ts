import { constants, Database } from "bun:sqlite";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";

/** Defences against hostile files: functions in the schema, writes, and cells with false sizes. */
const DEFENCES = ["trusted_schema = OFF", "query_only = ON", "cell_size_check = ON", "mmap_size = 0"];

/**
 * Opens a SQLite file for reading and leaves no trace: without `immutable` a file in WAL mode gets a `-wal` and a `-shm`
 * beside it even from a reader. Only for a file that nobody writes to and that has no journal.
 */
export function openImmutable(path: string): Database {
  const { SQLITE_OPEN_READONLY, SQLITE_OPEN_URI } = constants;
  const db = new Database(`${pathToFileURL(resolve(path)).href}?immutable=1`, SQLITE_OPEN_READONLY | SQLITE_OPEN_URI);
  try {
    for (const defence of DEFENCES) db.run(`PRAGMA ${defence}`);
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}
