import { integer, primaryKey, sqliteTable, text } from "drizzle-orm/sqlite-core";

/** The contents that streams need, one row each, shared between owners. */
export const assetBlobs = sqliteTable("asset_blobs", {
  /** Derived from the hash, so that it does not reveal whether the content was stored before. */
  id: text().primaryKey(),
  sha256: text().notNull().unique(),
  /** Null until the content is inspected. */
  contentType: text("content_type"),
  sizeBytes: integer("size_bytes").notNull(),
  createdAt: text("created_at").notNull(),
  /** The number of streams that need the content; the row is deleted at 0. */
  holders: integer().notNull(),
});

/** The contents that each stream needs. */
export const blobHolders = sqliteTable(
  "blob_holders",
  {
    stream: text().notNull(),
    blobId: text("blob_id").notNull(),
  },
  (table) => [primaryKey({ columns: [table.stream, table.blobId] })],
);
