import type { Database } from "bun:sqlite";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { getTableName } from "drizzle-orm";
import type { SQLiteTable } from "drizzle-orm/sqlite-core";
import { openDatabase, pendingMigrations, trackStatements } from "../database/mod.ts";
import { AppError } from "../errors.ts";
import type { EventCatalogue } from "./catalogue.ts";
import { compareTable, type TableDifference } from "./compare_table.ts";
import type { Projection } from "./projection.ts";
import { applyEvents } from "./projector.ts";
import { headOf, readEvents } from "./read_events.ts";
import { createRows } from "./rows.ts";

/** A difference between the read tables and what the log leads to. */
export interface Difference extends TableDifference {
  readonly projection: string;
}

/** What a verification found. */
export interface Verification {
  /** How many events were read. */
  readonly events: number;
  /** The first differences of each table; empty when all is as the log says. */
  readonly differences: readonly Difference[];
}

export interface VerifyOptions {
  readonly catalogue: EventCatalogue;
  readonly onProgress?: (position: number, head: number) => void;
  /** How many differences to name per table and direction. */
  readonly most?: number;
}

const CHUNK = 2_000;

/**
 * Rebuilds projections into a temporary file and compares row by row. The database is only read, and in one snapshot,
 * so it may be in use.
 *
 * @throws {AppError} `conflict` when the database has not been migrated to this release
 */
export function verify(
  path: string,
  projections: readonly Projection[],
  { catalogue, onProgress, most = 5 }: VerifyOptions,
): Verification {
  const folder = mkdtempSync(join(tmpdir(), "reelog-verify-"));
  const scratchPath = join(folder, "rebuilt.db");
  const scratch = openDatabase(scratchPath);
  const live = openDatabase(path, { readonly: true });
  const statements = trackStatements(scratch);
  try {
    scratch.run("PRAGMA synchronous = OFF");
    // ATTACH is refused inside a transaction, so the snapshot is taken after it, by the first read.
    live.query("ATTACH ? AS rebuilt").run(scratchPath);
    live.run("BEGIN");
    if (pendingMigrations(live).length > 0) {
      throw new AppError("conflict", "Cannot verify: the database is of an older release; start the server once");
    }
    const head = headOf(live);
    for (const table of projections.flatMap(({ tables }) => tables)) copyDefinition(live, scratch, table);

    const runners = projections.map((projection) => ({
      projection,
      rows: createRows(statements, { tables: projection.tables }),
    }));
    let position = 0;
    let events = 0;
    const step = scratch.transaction(() => {
      const chunk = readEvents(live, catalogue, { after: position, limit: CHUNK });
      for (const { projection, rows } of runners) applyEvents(projection, rows, chunk);
      events += chunk.length;
      position = chunk.at(-1)?.position ?? head;
    });
    while (position < head) {
      step.immediate();
      onProgress?.(position, head);
    }

    const differences = projections.flatMap(({ name, tables }) =>
      tables.flatMap((table) => compareTable(live, table, most).map((found) => ({ projection: name, ...found }))),
    );
    return { events, differences };
  } finally {
    statements[Symbol.dispose]();
    live.close();
    scratch.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Makes the table, and its indexes for the lookups of the handlers. */
function copyDefinition(live: Database, scratch: Database, table: SQLiteTable): void {
  const name = getTableName(table);
  const definitions = live
    .query<{ sql: string }, [string]>(
      "SELECT sql FROM main.sqlite_master WHERE tbl_name = ? AND type IN ('table', 'index') AND sql IS NOT NULL ORDER BY type DESC",
    )
    .all(name);
  if (definitions.length === 0) throw new Error(`Cannot verify ${name}: the database has no such table`);
  for (const { sql } of definitions) scratch.run(sql);
}
