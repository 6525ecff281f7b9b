import { blob, index, integer, primaryKey, sqliteTable, text, uniqueIndex } from "drizzle-orm/sqlite-core";
import type { EventMetadata } from "./metadata.ts";

/** The log. Triggers refuse UPDATE and DELETE (migrations/). */
export const events = sqliteTable(
  "events",
  {
    position: integer().primaryKey({ autoIncrement: true }),
    id: text().notNull().unique(),
    stream: text().notNull(),
    version: integer().notNull(),
    type: text().notNull(),
    schemaVersion: integer("schema_version").notNull(),
    data: text({ mode: "json" }).notNull(),
    metadata: text({ mode: "json" }).$type<EventMetadata>().notNull(),
    recordedAt: text("recorded_at").notNull(),
  },
  (table) => [
    uniqueIndex("events_stream_version").on(table.stream, table.version),
    index("events_type").on(table.type, table.position),
  ],
);

/** The hash chain over the log, a row for each event; triggers refuse UPDATE and DELETE here, too. */
export const eventHashes = sqliteTable("event_hashes", {
  position: integer().primaryKey(),
  /** SHA-256 over the hash before and the event's own content (hash_chain.ts). */
  hash: blob({ mode: "buffer" }).notNull(),
});

/** How far each projection is, and by which version of its code. */
export const projectionCheckpoints = sqliteTable("projection_checkpoints", {
  name: text().primaryKey(),
  version: integer().notNull(),
  position: integer().notNull(),
});

/** Which request has used an `Idempotency-Key`, and for what. */
export const idempotencyKeys = sqliteTable(
  "idempotency_keys",
  {
    owner: text().notNull(),
    key: text().notNull(),
    /** SHA-256 of what was asked for. */
    fingerprint: text().notNull(),
    /** The first stream that the request wrote to. */
    stream: text().notNull(),
  },
  (table) => [primaryKey({ columns: [table.owner, table.key] })],
);
