import type { Database } from "bun:sqlite";
import { loadConfig } from "../config.ts";
import { openDatabase } from "../database/mod.ts";
import { createCatalogue, createSqliteEventReader, type EventReader, existingDatabase } from "../event_log/mod.ts";
import { allEvents } from "../server/registry.ts";
import type { CliContext } from "./context.ts";

/** The database of a data directory, open for reading; a server may be using it. */
export interface LogDatabase extends Disposable {
  readonly db: Database;
  readonly log: EventReader;
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
  using stack = new DisposableStack();
  const db = stack.adopt(openDatabase(path, { readonly: true }), (opened) => opened.close());
  const open = stack.move();
  let reader: ReturnType<typeof createSqliteEventReader> | undefined;
  return {
    db,
    // Prepared when it is first read: `verify` reports a database without the tables of the log.
    get log() {
      reader ??= open.use(createSqliteEventReader(db, createCatalogue(allEvents)));
      return reader;
    },
    path,
    dataDir,
    [Symbol.dispose]: () => open.dispose(),
  };
}
