import type { Database } from "bun:sqlite";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type Static, Type } from "@sinclair/typebox";
import { Value } from "@sinclair/typebox/value";

/** The directory into which drizzle-kit writes the migrations. */
export const MIGRATIONS_DIR: string = join(import.meta.dir, "../../migrations");

const Journal = Type.Object({ entries: Type.Array(Type.Object({ idx: Type.Integer(), tag: Type.String() })) });

/**
 * Applies the migrations that the database does not have yet, in the order of drizzle-kit's journal.
 *
 * Drizzle's own `migrate()` is not used: it runs only the first statement of a chunk, skips a migration whose time is
 * older than the last applied one, and takes no lock against a second process, all silently. Here one immediate
 * transaction covers everything, whole files run, and an applied migration is identified by its tag and hash.
 *
 * @param options.steps code that belongs to a migration, by its tag; it runs after the SQL and in the same transaction
 * @returns the tags that were applied now
 * @throws when the database has a migration that is unknown to this release, or one was edited after it was applied
 */
export function migrate(
  db: Database,
  folder: string = MIGRATIONS_DIR,
  { steps = {} }: { readonly steps?: Readonly<Record<string, (db: Database) => void>> } = {},
): string[] {
  const applyAll = db.transaction(() => {
    db.run("CREATE TABLE IF NOT EXISTS schema_migrations (tag TEXT PRIMARY KEY, hash TEXT NOT NULL) STRICT");
    for (const tag of RETIRED) db.query("DELETE FROM schema_migrations WHERE tag = ?").run(tag);
    return pending(db, folder).map(({ tag, hash, sql }) => {
      apply(db, tag, sql);
      steps[tag]?.(db);
      db.query("INSERT INTO schema_migrations (tag, hash) VALUES (?, ?)").run(tag, hash);
      return tag;
    });
  });
  return applyAll.immediate();
}

/**
 * Returns the tags that {@linkcode migrate} would apply. Only reads.
 *
 * @throws as `migrate` does
 */
export function pendingMigrations(db: Database, folder: string = MIGRATIONS_DIR): string[] {
  return pending(db, folder).map(({ tag }) => tag);
}

/**
 * Migrations whose effect now comes from the definition of the log. Without their tags an older release, which refuses
 * unknown migrations, can open the database again.
 */
const RETIRED: ReadonlySet<string> = new Set(["0011_events_by_owner"]);

interface Migration {
  readonly tag: string;
  readonly hash: string;
  readonly sql: string;
}

function apply(db: Database, tag: string, sql: string): void {
  try {
    db.run(sql);
  } catch (cause) {
    throw new Error(`Cannot migrate: ${tag} failed: ${cause instanceof Error ? cause.message : cause}`, { cause });
  }
  // A COMMIT in the file would end the transaction that makes all migrations one step.
  if (!db.inTransaction) throw new Error(`Cannot migrate: ${tag} ends the transaction`);
}

function pending(db: Database, folder: string): Migration[] {
  const migrations = readMigrations(folder);
  const known = new Set(migrations.map(({ tag }) => tag));
  const applied = readApplied(db);
  for (const tag of applied.keys()) {
    if (!known.has(tag)) throw new Error(`Cannot open the database: migration ${tag} is of a newer release`);
  }
  return migrations.filter(({ tag, hash }) => {
    const before = applied.get(tag);
    if (before !== undefined && before !== hash) {
      throw new Error(`Cannot migrate: ${tag} was edited after it had been applied`);
    }
    return before === undefined;
  });
}

function readApplied(db: Database): Map<string, string> {
  const table = db.query("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'schema_migrations'").get();
  if (!table) return new Map();
  const rows = db.query<{ tag: string; hash: string }, []>("SELECT tag, hash FROM schema_migrations").all();
  return new Map(rows.filter(({ tag }) => !RETIRED.has(tag)).map(({ tag, hash }) => [tag, hash]));
}

function readMigrations(folder: string): Migration[] {
  const journal: Static<typeof Journal> = Value.Parse(
    Journal,
    JSON.parse(readFileSync(join(folder, "meta/_journal.json"), "utf8")),
  );
  return journal.entries
    .toSorted((a, b) => a.idx - b.idx)
    .map(({ tag }) => {
      const sql = readFileSync(join(folder, `${tag}.sql`), "utf8");
      return { tag, sql, hash: new Bun.CryptoHasher("sha256").update(sql).digest("hex") };
    });
}
