import type { Database } from "bun:sqlite";
import { loadConfig } from "../config.ts";
import { openDatabase } from "../database/mod.ts";
import { existingDatabase } from "../event_log/mod.ts";
import type { CliContext } from "./context.ts";

/** The database of a data directory, open for reading; a server may be using it. */
export interface LogDatabase extends Disposable {
  readonly db: Database;
  readonly path: string;
  readonly dataDir: string;
}

/**
 * Opens the database in `DATA_DIR`.
 *
 * @throws {AppError} `not_found` when it does not exist
 */
export function openLogDatabase({ env }: CliContext): LogDatabase {
  const { dataDir } = loadConfig(env);
  const path = existingDatabase(dataDir);
  const db = openDatabase(path, { readonly: true });
  return { db, path, dataDir, [Symbol.dispose]: () => db.close() };
}
