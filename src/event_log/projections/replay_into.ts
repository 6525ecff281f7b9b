import { existsSync, renameSync, rmSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { AppError } from "../../core/errors.ts";
import { openDatabase, pendingMigrations } from "../../database/mod.ts";
import type { EventCatalogue } from "../event_catalogue.ts";
import { fillTables } from "./fill_tables.ts";
import type { Projection } from "./projection.ts";

/** The tables to build, and the last position. */
export interface ReplayIntoOptions {
  readonly projections: readonly Projection[];
  readonly catalogue: EventCatalogue;
  /** The last position to apply. Default: the head. */
  readonly until?: number;
  readonly onProgress?: (position: number, head: number) => void;
}

/**
 * Builds the read tables in a new SQLite file, as they were after an event. The database of the log is only read, so it
 * may be in use.
 *
 * @param path the database of the log
 * @param file the file to create; it appears when it is complete
 * @returns the number of events read
 * @throws {AppError} `conflict` when the file exists, or the database has not been migrated to this release
 */
export function replayInto(path: string, file: string, options: ReplayIntoOptions): number {
  if (existsSync(file)) throw new AppError("conflict", `Cannot replay into ${file}: it is there already`);
  if (!existsSync(dirname(resolve(file)))) {
    throw new AppError("not_found", `Cannot replay into ${file}: its directory does not exist; make it first`);
  }
  const unfinished = `${file}.unfinished`;
  rmSync(unfinished, { force: true });
  using stack = new DisposableStack();
  stack.defer(() => rmSync(unfinished, { force: true }));
  const live = stack.adopt(openDatabase(path, { readonly: true }), (db) => db.close());
  live.run("BEGIN");
  if (pendingMigrations(live).length > 0) {
    throw new AppError("conflict", "Cannot replay: the database is of an older release; start the server once");
  }
  const target = stack.adopt(openDatabase(unfinished), (db) => db.close());
  // A single file without companions; an incomplete one has no use.
  target.run("PRAGMA journal_mode = MEMORY");
  target.run("PRAGMA synchronous = OFF");
  const { events, position } = fillTables(live, target, options);
  target.run("CREATE TABLE projection_checkpoints (name TEXT PRIMARY KEY, version INTEGER, position INTEGER)");
  const checkpoint = target.prepare<never, [string, number, number]>(
    "INSERT INTO projection_checkpoints VALUES (?, ?, ?)",
  );
  for (const { name, version } of options.projections) checkpoint.run(name, version, position);
  checkpoint.finalize();
  target.close();
  renameSync(unfinished, file);
  return events;
}
