import type { Database } from "bun:sqlite";
import { headOf } from "../sqlite/read_events.ts";
import type { Projection } from "./projection.ts";

interface Checkpoint {
  readonly name: string;
  readonly version: number;
  readonly position: number;
}

/** Removes the checkpoints of projections that this release no longer has. */
export function forgetRemoved(db: Database, projections: readonly Projection[]): void {
  const names = new Set(projections.map(({ name }) => name));
  for (const { name } of checkpoints(db)) {
    if (!names.has(name)) db.query("DELETE FROM projection_checkpoints WHERE name = ?").run(name);
  }
}

/** The projections that were built by other code, or not at all, or not up to the head of the log. */
export function staleProjections(db: Database, projections: readonly Projection[]): Projection[] {
  // One snapshot: between two, another process could append and make every projection look behind.
  const read = db.transaction(() => ({ head: headOf(db), rows: checkpoints(db) }));
  const { head, rows } = read.deferred();
  const byName = new Map(rows.map((checkpoint) => [checkpoint.name, checkpoint]));
  return projections.filter(({ name, version }) => {
    const checkpoint = byName.get(name);
    return checkpoint?.version !== version || checkpoint.position !== head;
  });
}

function checkpoints(db: Database): Checkpoint[] {
  return db.query<Checkpoint, []>("SELECT name, version, position FROM projection_checkpoints").all();
}
