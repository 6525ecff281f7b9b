import type { Database } from "bun:sqlite";
import { MIGRATIONS_DIR, migrate } from "../../database/mod.ts";
import { backfillHashes } from "./hash_chain.ts";

/** Brings a database to this release, with what SQL alone cannot do. Returns the migrations that were applied now. */
export function migrateLog(db: Database): string[] {
  return migrate(db, MIGRATIONS_DIR, { steps: { "0005_event_hashes": backfillHashes } });
}
