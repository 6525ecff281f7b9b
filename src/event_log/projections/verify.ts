import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { getTableName } from "drizzle-orm";
import { AppError } from "../../core/errors.ts";
import { misshapenTables, openDatabase, pendingMigrations } from "../../database/mod.ts";
import type { EventCatalogue } from "../event_catalogue.ts";
import { compareTable, type TableDifference } from "./compare_table.ts";
import { fillTables } from "./fill_tables.ts";
import type { Projection } from "./projection.ts";

/** A difference between the read tables and the log. */
export interface Difference extends TableDifference {
  readonly projection: string;
}

/** The result of a verification. */
export interface Verification {
  /** The number of events that were read. */
  readonly events: number;
  /** The first differences of each table; empty when all tables agree with the log. */
  readonly differences: readonly Difference[];
}

/** The progress callback and limits of a verification. */
export interface VerifyOptions {
  readonly catalogue: EventCatalogue;
  readonly onProgress?: (position: number, head: number) => void;
  /** The maximum number of differences per table and direction. */
  readonly most?: number;
}

/**
 * Rebuilds projections into a temporary file and compares row by row. The database is only read, and in one snapshot,
 * so it may be in use.
 *
 * @throws {AppError} `conflict` when the database has not been migrated to this release, or a table has another shape
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
  try {
    scratch.run("PRAGMA synchronous = OFF");
    if (pendingMigrations(live).length > 0) {
      throw new AppError("conflict", "Cannot verify: the database is of an older release; start the server once");
    }
    const misshapen = misshapenTables(
      live,
      projections.flatMap(({ tables }) => tables),
    ).map(getTableName);
    if (misshapen.length > 0) {
      throw new AppError(
        "conflict",
        `Cannot verify: not as this release defines them: ${misshapen.join(", ")}; the next start or 'bun run replay' builds them again`,
      );
    }
    // ATTACH fails inside a transaction, so the snapshot starts after it, with the first read.
    live.query("ATTACH ? AS rebuilt").run(scratchPath);
    live.run("BEGIN");
    const { events } = fillTables(live, scratch, { projections, catalogue, onProgress });

    const differences = projections.flatMap(({ name, tables }) =>
      tables.flatMap((table) => compareTable(live, table, most).map((found) => ({ projection: name, ...found }))),
    );
    return { events, differences };
  } finally {
    live.close();
    scratch.close();
    rmSync(folder, { recursive: true, force: true });
  }
}
