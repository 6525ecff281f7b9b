import { sql } from "drizzle-orm";
import { blob, index, integer, sqliteTable, text, uniqueIndex } from "drizzle-orm/sqlite-core";
import type { EventMetadata } from "../metadata.ts";

/** The owner of an event in the index; damaged metadata has no owner, and must not keep the log from being opened. */
export const OWNER_OF_EVENT = "CASE WHEN json_valid(metadata) THEN metadata ->> 'owner' ELSE '' END";

/** The size of an event in bytes, without reading its data. */
export const BYTES_OF_EVENT = "octet_length(data)";

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
    // Contains every filter column, so that other owners' events are never read; a row can have a megabyte.
    index("events_owner").on(
      sql.raw(OWNER_OF_EVENT),
      table.position,
      table.stream,
      table.type,
      sql.raw(BYTES_OF_EVENT),
    ),
  ],
);

/** The hash chain over the log, a row for each event; triggers refuse UPDATE and DELETE here, too. */
export const eventHashes = sqliteTable("event_hashes", {
  position: integer().primaryKey(),
  /** SHA-256 over the hash before and the event's own content (hash_chain.ts). */
  hash: blob({ mode: "buffer" }).notNull(),
});

/** The position of each projection, and the version of the code that built it. */
export const projectionCheckpoints = sqliteTable("projection_checkpoints", {
  name: text().primaryKey(),
  version: integer().notNull(),
  position: integer().notNull(),
});
