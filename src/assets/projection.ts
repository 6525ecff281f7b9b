import { normalLines } from "../core/schema_kit.ts";
import {
  causationOf,
  changedAtOf,
  createdAtOf,
  defineProjection,
  type RecordedEvent,
  type TableWriter,
  when,
} from "../event_log/mod.ts";
import { hasThumbnail } from "./decide.ts";
import {
  AssetDeleted,
  AssetFailed,
  AssetInspected,
  AssetRequested,
  AssetRetried,
  AssetUpdated,
  assetIdOf,
  BlobStored,
  ThumbnailOmitted,
  ThumbnailStored,
} from "./events.ts";
import { assets, assetsToIngest, assetsToThumbnail, assetTags, assetTotals } from "./tables.ts";

type AssetRow = typeof assets.$inferSelect;

/** The columns of an asset without stored bytes. */
const NOTHING_STORED = {
  blobId: null,
  sha256: null,
  sizeBytes: null,
  thumbnailBlobId: null,
  thumbnailSha256: null,
  thumbnailSizeBytes: null,
  format: null,
  width: null,
  height: null,
  duration: null,
  pageCount: null,
  family: null,
  weight: null,
  uploadedAt: null,
} as const;

/** The rows behind GETs and lists of assets, and the queue of the ingest worker. */
export const assetsProjection = defineProjection("assets", 5, {
  tables: [assets, assetTags, assetTotals, assetsToIngest, assetsToThumbnail],
  on: [
    when(AssetRequested, (rows, event) => {
      const { name, type, source, clientId, campaignId, tags } = event.data;
      const asset: AssetRow = {
        id: assetIdOf(event),
        owner: event.metadata.owner,
        position: event.position,
        clientId,
        campaignId,
        name,
        type,
        status: "pending",
        sourceUrl: source.kind === "url" ? source.url : null,
        tags,
        focus: null,
        createdAt: createdAtOf(event),
        updatedAt: changedAtOf(event),
        errorCode: null,
        errorMessage: null,
        ...NOTHING_STORED,
      };
      rows.insert(assets, asset);
      count(rows, asset, { assets: 1, bytes: 0 });
      tag(rows, asset, new Set());
      todo(rows, asset, event);
    }),
    when(BlobStored, (rows, event) => {
      const { blobId, sha256, sizeBytes } = event.data;
      change(rows, event, { blobId, sha256, sizeBytes, uploadedAt: createdAtOf(event) });
      rows.update(assetsToIngest, { assetId: assetIdOf(event) }, { sha256 });
    }),
    when(ThumbnailStored, (rows, event) => {
      const { blobId, sha256, sizeBytes } = event.data;
      change(rows, event, { thumbnailBlobId: blobId, thumbnailSha256: sha256, thumbnailSizeBytes: sizeBytes });
      rows.delete(assetsToThumbnail, { assetId: assetIdOf(event) });
    }),
    when(ThumbnailOmitted, (rows, event) => {
      rows.delete(assetsToThumbnail, { assetId: assetIdOf(event) });
    }),
    when(AssetInspected, (rows, event) => {
      const { kind, contentType: _, family = null, weight = null, ...facts } = event.data;
      const asset = change(rows, event, { status: "ready", type: kind, ...facts, family, weight });
      if (asset) thumbnailTodo(rows, asset, event);
      rows.delete(assetsToIngest, { assetId: assetIdOf(event) });
    }),
    when(AssetFailed, (rows, event) => {
      const { code, message } = event.data;
      change(rows, event, { status: "failed", errorCode: code, errorMessage: message, ...NOTHING_STORED });
      rows.delete(assetsToIngest, { assetId: assetIdOf(event) });
    }),
    when(AssetRetried, (rows, event) => {
      const asset = change(rows, event, { status: "pending", errorCode: null, errorMessage: null });
      if (asset) todo(rows, asset, event);
    }),
    when(AssetUpdated, (rows, event) => {
      change(rows, event, event.data);
    }),
    when(AssetDeleted, (rows, event) => {
      const id = assetIdOf(event);
      const asset = rows.find(assets, { id });
      if (!asset) return;
      rows.delete(assets, { id });
      rows.delete(assetsToIngest, { assetId: id });
      rows.delete(assetsToThumbnail, { assetId: id });
      count(rows, asset, { assets: -1, bytes: -bytesOf(asset) });
      tag(rows, { ...asset, tags: [] }, new Set(asset.tags));
    }),
  ],
});

/** Updates the row of an asset, its tags and its totals; returns undefined for a deleted asset. */
function change(rows: TableWriter, event: RecordedEvent, changes: Partial<AssetRow>): AssetRow | undefined {
  const id = assetIdOf(event);
  const before = rows.find(assets, { id });
  if (!before) return undefined;
  const after = { ...before, ...changes };
  rows.update(assets, { id }, { ...changes, updatedAt: changedAtOf(event) });
  if (changes.tags) tag(rows, after, new Set(before.tags));
  if (PLACE.some((key) => before[key] !== after[key])) {
    count(rows, before, { assets: -1, bytes: -bytesOf(before) });
    count(rows, after, { assets: 1, bytes: bytesOf(after) });
  } else if (before.sizeBytes !== after.sizeBytes) {
    count(rows, after, { assets: 0, bytes: bytesOf(after) - bytesOf(before) });
  }
  return after;
}

/** The dimensions of the totals within an owner. */
const PLACE = ["status", "clientId", "campaignId", "type"] as const;

function bytesOf({ sizeBytes }: AssetRow): number {
  return sizeBytes ?? 0;
}

/** Adds an asset to its totals. */
function count(rows: TableWriter, asset: AssetRow, by: { readonly assets: number; readonly bytes: number }): void {
  const key = {
    owner: asset.owner,
    status: asset.status,
    clientId: asset.clientId ?? "",
    campaignId: asset.campaignId ?? "",
    type: asset.type ?? "",
  };
  const total = rows.find(assetTotals, key) ?? { ...key, count: 0, sizeBytes: 0 };
  const next = { ...key, count: total.count + by.assets, sizeBytes: total.sizeBytes + by.bytes };
  if (next.count === 0) rows.delete(assetTotals, key);
  else rows.upsert(assetTotals, next);
}

function tag(rows: TableWriter, { id, owner, position, tags }: AssetRow, tagsBefore: ReadonlySet<string>): void {
  // Older events have tags as sent; the filter compares them in one form.
  const before = new Set(normalLines([...tagsBefore]));
  const now = new Set(normalLines(tags));
  for (const name of before.difference(now)) rows.delete(assetTags, { owner, tag: name, position });
  for (const name of now.difference(before)) rows.insert(assetTags, { owner, tag: name, position, assetId: id });
}

function todo(rows: TableWriter, asset: AssetRow, event: RecordedEvent): void {
  const { correlationId, requestId } = event.metadata;
  rows.upsert(assetsToIngest, {
    assetId: asset.id,
    position: event.position,
    owner: asset.owner,
    url: asset.sourceUrl,
    name: asset.name,
    sha256: null,
    causationId: event.id,
    correlationId: correlationId ?? event.id,
    requestId: requestId ?? null,
  });
}

/** Queues a picture or a film that became ready without a thumbnail, as earlier releases left them after a shortage. */
function thumbnailTodo(rows: TableWriter, { id, name, type, sha256, thumbnailSha256 }: AssetRow, event: RecordedEvent) {
  if (thumbnailSha256 !== null || sha256 === null || type === null || !hasThumbnail(type)) return;
  rows.insert(assetsToThumbnail, { assetId: id, position: event.position, name, sha256, ...causationOf(event) });
}
