import { and, eq } from "drizzle-orm";
import type { BunSQLiteDatabase } from "drizzle-orm/bun-sqlite";
import { primaryKey, sqliteTable, text } from "drizzle-orm/sqlite-core";
import { AppError } from "../core/errors.ts";
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

/** A request that carries an `Idempotency-Key`. */
export interface IdempotentRequest {
  readonly owner: string;
  readonly key: string;
  readonly fingerprint: string;
}

/** The namespace of the UUIDs that are derived from keys (RFC 9562, section 5.5). */
const NAMESPACE = "6f0d5b0e-6a3c-5d0e-9d7a-2f4b8c1e7a90";

/**
 * Returns the id of the resource that a request with this key creates. It is always the same, so that a retry finds the
 * first result. `index` distinguishes the resources of one request.
 */
export function idempotentId({ owner, key }: IdempotentRequest, index = 0): string {
  return Bun.randomUUIDv5(JSON.stringify([owner, key, index]), NAMESPACE);
}

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

/** Returns the error of a key that was used for a different request. */
export function idempotencyKeyReused(): AppError {
  return new AppError(
    "idempotency_key_reused",
    "Cannot use this Idempotency-Key again: it was used for another request",
  );
}
