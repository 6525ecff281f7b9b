import { existsSync } from "node:fs";
import { AppError } from "../../core/errors.ts";
import { openDatabase } from "../../database/mod.ts";
import type { EventCatalogue } from "../event_catalogue.ts";
import { databasePath } from "../sqlite/store.ts";
import { allOrNothing, type UpgradeOptions, upgradeLog } from "../sqlite/upgrade_log.ts";
import type { Projection } from "./projection.ts";
import { rebuild } from "./rebuild.ts";
import { type RebuildLockOptions, rebuildLock } from "./rebuild_lock.ts";
import { dropShadows } from "./shadow_tables.ts";

/** The data directory and the projections of a replay. */
export interface ReplayOptions extends RebuildLockOptions {
  readonly dataDir: string;
  readonly catalogue: EventCatalogue;
  /** The projections to rebuild. */
  readonly projections: readonly Projection[];
  readonly onProgress?: (position: number, head: number) => void;
  readonly onMend?: UpgradeOptions["onMend"];
  /** The last position to apply; no server may use the directory then, and its next start applies the rest. */
  readonly until?: number;
}

/**
 * Rebuilds projections of a data directory that a server may be using: it serves the old rows until the swap.
 *
 * Missing and changed indexes and triggers of the log are also recreated.
 *
 * @returns the number of events read
 * @throws {AppError} `not_found` when there is no database; `unavailable` when another replay takes too long
 */
export async function replay(options: ReplayOptions): Promise<number> {
  const { dataDir, catalogue, projections, onProgress, onMend, until, ...waiting } = options;
  const path = existingDatabase(dataDir);
  using _lock = await rebuildLock(dataDir, waiting);
  const db = openDatabase(path);
  try {
    return await allOrNothing(db, async () => {
      upgradeLog(db, { onMend });
      dropShadows(db);
      return await rebuild(db, projections, { catalogue, onProgress, until });
    });
  } finally {
    db.close();
  }
}

/**
 * Returns the path of a data directory's database.
 *
 * @throws {AppError} `not_found` when it does not exist
 */
export function existingDatabase(dataDir: string): string {
  const path = databasePath(dataDir);
  if (existsSync(path)) return path;
  throw new AppError("not_found", `Cannot find a database in ${dataDir}: start the server once, or set DATA_DIR`);
}
