/** SQLite files: opening, migrating, and locks between processes. */
export { MIGRATIONS_DIR, migrate } from "./migrate.ts";
export { type OpenOptions, openDatabase } from "./open_database.ts";
export { type ProcessLock, tryProcessLock } from "./process_lock.ts";
