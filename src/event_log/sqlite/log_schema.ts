import { Database } from "bun:sqlite";
import { getTableName } from "drizzle-orm";
import { AppError } from "../../core/errors.ts";
import { createIndexSql, createTableSql, indexesOf, migrate, pendingMigrations, unquoted } from "../../database/mod.ts";
import { eventHashes, events, projectionCheckpoints } from "./tables.ts";

/** A table, an index or a trigger of the log that differs from the definition of this release. */
export interface SchemaFault {
  /** The fault, e.g. `the trigger events_refuse_delete of the log is missing`. */
  readonly what: string;
  /** The fault and its remedy in one sentence. */
  readonly sentence: string;
  /** The statements that repair it; null when a start must fail. */
  readonly mend: readonly string[] | null;
  /** False for an index that affects only speed; a release without it leaves it out. */
  readonly isSerious: boolean;
  /** True for a table whose rows cannot be recreated. */
  readonly isLost?: boolean;
}

interface SchemaEntry {
  readonly type: "table" | "index" | "trigger";
  readonly name: string;
  readonly tbl_name: string;
  readonly sql: string;
}

const LOG_TABLES = [events, eventHashes, projectionCheckpoints] as const;
const RESTORE = "'bun run reelog restore' brings back a backup";

/**
 * Compares the tables, indexes and triggers of the log with their definition. Only reads. A database of an older release
 * has no faults: the next start migrates it.
 */
export function logSchemaFaults(db: Database): SchemaFault[] {
  if (pendingMigrations(db).length > 0) return [];
  const expected = expectedEntries();
  const present = entriesOf(db);
  const found = new Map(present.map((entry) => [`${entry.type} ${entry.name}`, entry]));
  const faults = expected.flatMap((entry) => faultOf(entry, found.get(`${entry.type} ${entry.name}`)) ?? []);
  const known = new Set(expected.map(({ type, name }) => `${type} ${name}`));
  const foreign = present.filter(({ type, name }) => type === "trigger" && !known.has(`trigger ${name}`));
  return [...faults, ...foreign.map(foreignTrigger)];
}

/**
 * Throws for a log that a start cannot repair.
 *
 * @throws {AppError} `unavailable` when a table is missing or a trigger is foreign, with the remedy
 */
export function assertMendable(faults: readonly SchemaFault[]): void {
  const fatal = faults.find(({ mend }) => mend === null);
  if (fatal) throw new AppError("unavailable", `Cannot open the event log: ${fatal.sentence}`);
}

/**
 * Recreates missing and changed indexes and triggers of the log.
 *
 * @throws {AppError} `unavailable` when that fails, e.g. because existing rows violate a unique index
 */
export function mendLogSchema(db: Database, faults: readonly SchemaFault[]): void {
  const mend = db.transaction(({ mend: statements }: SchemaFault) => {
    for (const statement of statements ?? []) db.run(statement);
  });
  for (const fault of faults) {
    try {
      mend.immediate(fault);
    } catch (cause) {
      const why = cause instanceof Error ? cause.message : String(cause);
      throw new AppError(
        "unavailable",
        `Cannot open the event log: ${fault.what} and cannot be made: ${why}; ${RESTORE}`,
      );
    }
  }
}

/** Returns the schema that the migrations create in an empty database, and the further indexes of the definition. */
function expectedEntries(): SchemaEntry[] {
  const reference = new Database(":memory:", { strict: true });
  try {
    migrate(reference);
    const names = new Set(entriesOf(reference).map(({ name }) => name));
    for (const table of LOG_TABLES) {
      const missing = indexesOf(table).filter(({ name }) => !names.has(name));
      for (const index of missing) reference.run(createIndexSql(index, getTableName(table)));
    }
    return entriesOf(reference).filter(isOfLog);
  } finally {
    reference.close();
  }
}

function isOfLog({ type, tbl_name }: SchemaEntry): boolean {
  return type === "trigger" || LOG_TABLES.some((table) => getTableName(table) === tbl_name);
}

function entriesOf(db: Database): SchemaEntry[] {
  return db
    .query<SchemaEntry, []>(
      `SELECT type, name, tbl_name, sql FROM main.sqlite_master
       WHERE type IN ('table', 'index', 'trigger') AND sql IS NOT NULL ORDER BY type = 'trigger', type = 'index', name`,
    )
    .all();
}

function faultOf(expected: SchemaEntry, found: SchemaEntry | undefined): SchemaFault | null {
  const { type, name, sql } = expected;
  if (type === "table") return found ? null : missingTable(name);
  if (found && unquoted(found.sql) === unquoted(sql)) return null;
  const what = `the ${type} ${name} of the log ${found ? "was changed" : "is missing"}`;
  const isSerious = type === "trigger" || sql.startsWith("CREATE UNIQUE");
  const risk = type === "trigger" ? ", so events could be changed or removed" : "";
  return {
    what,
    sentence: `${what}${risk}; the next start or 'bun run replay' makes it again`,
    mend: [`DROP ${type} IF EXISTS "${name}"`, sql],
    isSerious,
  };
}

function missingTable(name: string): SchemaFault {
  const what = `the table ${name} of the log is missing`;
  if (name !== getTableName(projectionCheckpoints)) {
    return { what, sentence: `${what}; ${RESTORE}`, mend: null, isSerious: true, isLost: true };
  }
  const mend = [createTableSql(projectionCheckpoints, name)];
  return { what, sentence: `${what}; the next start or 'bun run replay' makes it again`, mend, isSerious: true };
}

function foreignTrigger({ name, tbl_name }: SchemaEntry): SchemaFault {
  const what = `the trigger ${name} on ${tbl_name} does not belong to Reelog and can change what is written`;
  return {
    what,
    sentence: `${what}; remove it with DROP TRIGGER "${name}", or ${RESTORE}`,
    mend: null,
    isSerious: true,
  };
}
