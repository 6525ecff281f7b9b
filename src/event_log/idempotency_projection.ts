import { and, eq } from "drizzle-orm";
import type { BunSQLiteDatabase } from "drizzle-orm/bun-sqlite";
import { primaryKey, sqliteTable, text } from "drizzle-orm/sqlite-core";
import { type IdempotentRequest, idempotencyKeyReused } from "./idempotency.ts";
import { defineProjection, whenAny } from "./projections/projection.ts";

/** The requests that used an `Idempotency-Key`, with their fingerprints. */
const idempotencyKeys = sqliteTable(
  "idempotency_keys",
  {
    owner: text().notNull(),
    key: text().notNull(),
    /** SHA-256 of the request. */
    fingerprint: text().notNull(),
    /** The first stream that the request wrote to. */
    stream: text().notNull(),
  },
  (table) => [primaryKey({ columns: [table.owner, table.key] })],
);

/** The projection of each `Idempotency-Key` and its request, from the metadata of events. */
export const idempotencyProjection = defineProjection("idempotency_keys", 1, {
  tables: [idempotencyKeys],
  on: [
    whenAny((rows, { stream, metadata: { owner, idempotency } }) => {
      if (!idempotency || rows.find(idempotencyKeys, { owner, key: idempotency.key })) return;
      rows.insert(idempotencyKeys, { owner, ...idempotency, stream });
    }),
  ],
});

/**
 * Returns true when a request with this key has been accepted before.
 *
 * @throws {AppError} `idempotency_key_reused` when it was a different request
 */
export function wasAccepted(read: BunSQLiteDatabase, { owner, key, fingerprint }: IdempotentRequest): boolean {
  const found = read
    .select({ fingerprint: idempotencyKeys.fingerprint })
    .from(idempotencyKeys)
    .where(and(eq(idempotencyKeys.owner, owner), eq(idempotencyKeys.key, key)))
    .get();
  if (!found) return false;
  if (found.fingerprint === fingerprint) return true;
  throw idempotencyKeyReused();
}
