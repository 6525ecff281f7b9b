import { index, integer, primaryKey, real, sqliteTable, text } from "drizzle-orm/sqlite-core";
import { causationColumns } from "../event_log/mod.ts";
import type { MediaFormat, MediaKind } from "../media/mod.ts";

/** The rows behind lists and GETs of assets. Deleted assets are only in the log. */
export const assets = sqliteTable(
  "assets",
  {
    id: text().primaryKey(),
    owner: text().notNull(),
    /** The position of its `AssetRequested`: the order of lists. */
    position: integer().notNull(),
    clientId: text("client_id"),
    campaignId: text("campaign_id"),
    name: text().notNull(),
    /** The requested kind until the inspection, then the real one. */
    type: text().$type<MediaKind>(),
    status: text().$type<"pending" | "ready" | "failed">().notNull(),
    sourceUrl: text("source_url"),
    blobId: text("blob_id"),
    sha256: text(),
    sizeBytes: integer("size_bytes"),
    thumbnailBlobId: text("thumbnail_blob_id"),
    thumbnailSha256: text("thumbnail_sha256"),
    thumbnailSizeBytes: integer("thumbnail_size_bytes"),
    format: text().$type<MediaFormat>(),
    width: integer(),
    height: integer(),
    /** The duration in seconds. */
    duration: real(),
    pageCount: integer("page_count"),
    /** The family of a font. */
    family: text(),
    /** The weight of a font. */
    weight: integer(),
    tags: text({ mode: "json" }).$type<string[]>().notNull(),
    /** The place of its subject, as shares of its width and height. */
    focus: text({ mode: "json" }).$type<{ x: number; y: number }>(),
    errorCode: text("error_code"),
    errorMessage: text("error_message"),
    uploadedAt: text("uploaded_at"),
    createdAt: text("created_at").notNull(),
    updatedAt: text("updated_at").notNull(),
  },
  (table) => [
    // Each list filter is a prefix of an index that ends in the position, so that a page costs the same at any depth.
    index("assets_by_status").on(table.owner, table.status, table.position),
    index("assets_by_owner").on(table.owner, table.position),
    index("assets_by_client").on(table.owner, table.clientId, table.status, table.position),
    index("assets_by_campaign").on(table.owner, table.campaignId, table.status, table.position),
    index("assets_by_type").on(table.owner, table.type, table.status, table.position),
  ],
);

/** One row per tag of an asset. */
export const assetTags = sqliteTable(
  "asset_tags",
  {
    owner: text().notNull(),
    tag: text().notNull(),
    position: integer().notNull(),
    assetId: text("asset_id").notNull(),
  },
  (table) => [primaryKey({ columns: [table.owner, table.tag, table.position] })],
);

/** The number of assets of each kind, so that the total of a list does not count a million rows. '' is no kind. */
export const assetTotals = sqliteTable(
  "asset_totals",
  {
    owner: text().notNull(),
    status: text().notNull(),
    clientId: text("client_id").notNull(),
    campaignId: text("campaign_id").notNull(),
    type: text().notNull(),
    count: integer().notNull(),
    sizeBytes: integer("size_bytes").notNull(),
  },
  (table) => [primaryKey({ columns: [table.owner, table.status, table.clientId, table.campaignId, table.type] })],
);

/** The thumbnail worker's queue: ready pictures and films that neither have a thumbnail nor were found to have none. */
export const assetsToThumbnail = sqliteTable(
  "assets_to_thumbnail",
  {
    assetId: text("asset_id").primaryKey(),
    position: integer().notNull(),
    ...causationColumns(),
    name: text().notNull(),
    sha256: text().notNull(),
  },
  (table) => [index("assets_to_thumbnail_turns").on(table.owner, table.position)],
);

/** The ingest worker's queue: requested assets that are neither ready nor failed. */
export const assetsToIngest = sqliteTable(
  "assets_to_ingest",
  {
    assetId: text("asset_id").primaryKey(),
    /** The position of the event that requested it: the order of the work, and its identity among retries. */
    position: integer().notNull(),
    owner: text().notNull(),
    name: text().notNull(),
    /** The source; null for an upload. */
    url: text(),
    /** The hash of the bytes; null until they are stored. */
    sha256: text(),
    causationId: text("causation_id").notNull(),
    correlationId: text("correlation_id").notNull(),
    requestId: text("request_id"),
  },
  (table) => [index("assets_to_ingest_turns").on(table.owner, table.position)],
);
