import type { Database } from "bun:sqlite";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type Static, Type } from "@sinclair/typebox";
import { Value } from "@sinclair/typebox/value";

/** Where drizzle-kit writes the migrations. */
export const MIGRATIONS_DIR: string = join(import.meta.dir, "../../migrations");

const Journal = Type.Object({ entries: Type.Array(Type.Object({ idx: Type.Integer(), tag: Type.String() })) });

/**
 * Applies the migrations that the database does not have yet, in the order of drizzle-kit's journal.
 *
 * Not drizzle's own `migrate()`: that one runs only the first statement of a chunk, skips a migration whose time is
 * older than the last applied one, and takes no lock against a second process, all silently. Here one immediate
 * transaction holds all, whole files run, and an applied migration is known by its tag and hash.
 *
 * @returns the tags that were applied now
 * @throws when the database has a migration that this release does not know, or one was edited after it was applied
 */
export function migrate(db: Database, folder: string = MIGRATIONS_DIR): string[] {
  const migrations = readMigrations(folder);
  return db
    .transaction(() => {
      db.run("CREATE TABLE IF NOT EXISTS schema_migrations (tag TEXT PRIMARY KEY, hash TEXT NOT NULL) STRICT");
      const applied = new Map(
        db
          .query<{ tag: string; hash: string }, []>("SELECT tag, hash FROM schema_migrations")
          .all()
          .map((row) => [row.tag, row.hash]),
      );
      const known = new Set(migrations.map(({ tag }) => tag));
      for (const tag of applied.keys()) {
        if (!known.has(tag)) throw new Error(`Cannot open the database: migration ${tag} is of a newer release`);
      }
      const now: string[] = [];
      for (const { tag, hash, sql } of migrations) {
        const before = applied.get(tag);
        if (before === hash) continue;
        if (before !== undefined) throw new Error(`Cannot migrate: ${tag} was edited after it had been applied`);
        db.run(sql);
        db.query("INSERT INTO schema_migrations (tag, hash) VALUES (?, ?)").run(tag, hash);
        now.push(tag);
      }
      return now;
    })
    .immediate();
}

interface Migration {
  readonly tag: string;
  readonly hash: string;
  readonly sql: string;
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
