import type { Database } from "bun:sqlite";
import { inOneTransaction, MIGRATIONS_DIR, migrate, pendingMigrations } from "../../database/mod.ts";
import { backfillHashes } from "./hash_chain.ts";
import { assertMendable, logSchemaFaults, mendLogSchema, type SchemaFault } from "./log_schema.ts";
import { headOf } from "./read_events.ts";

/** The callbacks of an upgrade. */
export interface UpgradeOptions {
  /** Called with the migrated log before any repair; throws to reject it. */
  readonly check?: (() => void) | undefined;
  /** Called with the missing or changed parts of the log's schema that were recreated. */
  readonly onMend?: ((faults: readonly SchemaFault[]) => void) | undefined;
}

/** Upgrades the tables, indexes and triggers of the log to this release. */
export function upgradeLog(db: Database, { check, onMend }: UpgradeOptions = {}): void {
  migrate(db, MIGRATIONS_DIR, { steps: { "0005_event_hashes": backfillHashes } });
  const faults = logSchemaFaults(db);
  assertMendable(faults);
  check?.();
  mendLogSchema(db, faults);
  // A log without events has lost nothing: its indexes are created for the first time.
  if (faults.length > 0 && headOf(db) > 0) onMend?.(faults);
}

/**
 * Runs work that begins with {@linkcode upgradeLog} so that the release before can still open the database after a
 * failure. With migrations to apply, everything is one transaction. Otherwise a rebuild commits its shadow tables as it
 * goes, which keeps the write-ahead log short, and swaps all of them in its last transaction.
 */
export async function allOrNothing<Result>(db: Database, work: () => Promise<Result>): Promise<Result> {
  return pendingMigrations(db).length > 0 ? await inOneTransaction(db, work) : await work();
}
