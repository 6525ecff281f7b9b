import type { Database } from "bun:sqlite";
import { misshapenTables } from "../../database/mod.ts";
import { headOf } from "../sqlite/read_events.ts";
import type { Projection } from "./projection.ts";

interface Checkpoint {
  readonly name: string;
  readonly version: number;
  readonly position: number;
}

/** Tables of projections that were removed. A release that still has one builds it again. */
const REMOVED_TABLES = ["asset_blobs", "blob_holders"];

/** Removes the checkpoints and tables of projections that this release no longer has. */
export function forgetRemoved(db: Database, projections: readonly Projection[]): void {
  for (const table of REMOVED_TABLES) db.run(`DROP TABLE IF EXISTS "${table}"`);
  const names = new Set(projections.map(({ name }) => name));
  for (const { name } of checkpoints(db)) {
    if (!names.has(name)) db.query("DELETE FROM projection_checkpoints WHERE name = ?").run(name);
  }
}

/**
 * Returns the projections that were built by other code, were not built, are behind the head of the log, or have tables
 * that differ from the definitions of this release.
 */
export function staleProjections(db: Database, projections: readonly Projection[]): Projection[] {
  // One snapshot: between two, another process could append and make every projection look behind.
  const read = db.transaction(() => ({ head: headOf(db), rows: checkpoints(db) }));
  const { head, rows } = read.deferred();
  const byName = new Map(rows.map((checkpoint) => [checkpoint.name, checkpoint]));
  const misshapen = new Set(
    misshapenTables(
      db,
      projections.flatMap(({ tables }) => tables),
    ),
  );
  return projections.filter(({ name, version, tables }) => {
    const checkpoint = byName.get(name);
    const isCurrent = checkpoint?.version === version && checkpoint.position === head;
    return !isCurrent || tables.some((table) => misshapen.has(table));
  });
}

function checkpoints(db: Database): Checkpoint[] {
  return db.query<Checkpoint, []>("SELECT name, version, position FROM projection_checkpoints").all();
}
