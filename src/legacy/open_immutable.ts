import { constants, Database } from "bun:sqlite";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";

/** Defences against hostile files: functions in the schema, writes, and cells with false sizes. */
const DEFENCES = ["trusted_schema = OFF", "query_only = ON", "cell_size_check = ON", "mmap_size = 0"];

/**
 * Opens a SQLite file for reading and leaves no trace: without `immutable` even a reader creates a `-wal` and a `-shm`
 * file for a database in WAL mode. Only for a file without writers and without a journal.
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
