import type { Static } from "@sinclair/typebox";
import { isErrorCode } from "../core/errors.ts";
import type { LinkTo } from "../http/mod.ts";
import { mediaTypeFor } from "../media/mod.ts";
import { redactUrl } from "../net/mod.ts";
import type { Asset } from "./schema.ts";
import type { assets } from "./tables.ts";

/** An asset in the API's format. */
export type AssetView = Static<typeof Asset>;

/** Converts a row to the API's format. */
export function assetView(row: typeof assets.$inferSelect, link: LinkTo): AssetView {
  const isReady = row.status === "ready";
  return {
    id: row.id,
    userId: row.owner,
    clientId: row.clientId,
    campaignId: row.campaignId,
    name: row.name,
    type: row.type,
    status: row.status,
    url: isReady ? link(`/api/v3/assets/${row.id}/data`) : null,
    thumbnailUrl: isReady && row.thumbnailBlobId !== null ? link(`/api/v3/assets/${row.id}/thumbnail`) : null,
    sourceUrl: row.sourceUrl === null ? null : redactUrl(row.sourceUrl),
    blobId: row.blobId,
    thumbnailBlobId: row.thumbnailBlobId,
    sha256: row.sha256,
    contentType: row.format === null ? null : mediaTypeFor(row.format, row.type).contentType,
    format: row.format,
    size: row.sizeBytes,
    width: row.width,
    height: row.height,
    duration: row.duration,
    pageCount: row.pageCount,
    family: row.family,
    weight: row.weight,
    tags: row.tags,
    focus: row.focus,
    error: isErrorCode(row.errorCode) ? { code: row.errorCode, message: row.errorMessage ?? "" } : null,
    uploadedAt: row.uploadedAt,
    createdAt: row.createdAt,
    updatedAt: row.updatedAt,
  };
}
