import { asc, eq, sql } from "drizzle-orm";
import type { BunSQLiteDatabase } from "drizzle-orm/bun-sqlite";
import { apiKeys } from "./tables.ts";

/** A row of the read table. */
export type ApiKeyRow = typeof apiKeys.$inferSelect;

/** Queries of keys, for the server itself and for the command line; no endpoint lists keys. */
export interface ApiKeyQueries {
  /** Returns every key that was ever issued, oldest first. */
  all(): readonly ApiKeyRow[];
  find(id: string): ApiKeyRow | undefined;
  findByHash(hash: string): ApiKeyRow | undefined;
}

/** Creates the queries over the read table. */
export function createApiKeyQueries(read: BunSQLiteDatabase): ApiKeyQueries {
  const byHash = read
    .select()
    .from(apiKeys)
    .where(eq(apiKeys.hash, sql.placeholder("hash")))
    .prepare();

  return {
    all: () => read.select().from(apiKeys).orderBy(asc(apiKeys.position)).all(),
    findByHash: (hash) => byHash.get({ hash }),
    find: (id) => read.select().from(apiKeys).where(eq(apiKeys.id, id)).get(),
  };
}

/** Returns the status of a key at a time. */
export function statusOf({ revokedAt, expiresAt }: ApiKeyRow, now: Date): "valid" | "revoked" | "expired" {
  if (revokedAt !== null) return "revoked";
  return expiresAt !== null && Date.parse(expiresAt) <= now.getTime() ? "expired" : "valid";
}
