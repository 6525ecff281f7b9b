import { AssetDeleted, AssetFailed, AssetInspected, BlobStored, ThumbnailStored } from "../assets/mod.ts";
import { defineProjection, type RecordedEvent, type TableWriter, when } from "../event_log/mod.ts";
import { VideoRendered } from "../jobs/mod.ts";
import { assetBlobs, blobHolders } from "./tables.ts";

/** The projection of the contents that the streams of the log need. */
export const blobsProjection = defineProjection("asset_blobs", 1, {
  tables: [assetBlobs, blobHolders],
  on: [
    when(BlobStored, (rows, event) => hold(rows, event, { ...event.data, contentType: null })),
    when(ThumbnailStored, (rows, event) => hold(rows, event, event.data)),
    when(AssetInspected, (rows, event) => {
      for (const { blobId } of rows.all(blobHolders, { stream: event.stream })) {
        const blob = rows.find(assetBlobs, { id: blobId });
        // The content type of a thumbnail comes from its own event.
        if (blob?.contentType === null)
          rows.update(assetBlobs, { id: blobId }, { contentType: event.data.contentType });
      }
    }),
    when(VideoRendered, (rows, event) => {
      const { thumbnail } = event.data;
      hold(rows, event, event.data);
      if (thumbnail) hold(rows, event, thumbnail);
    }),
    when(AssetFailed, letGo),
    when(AssetDeleted, letGo),
  ],
});

interface Held {
  readonly blobId: string;
  readonly sha256: string;
  readonly sizeBytes: number;
  readonly contentType: string | null;
}

function hold(rows: TableWriter, event: RecordedEvent, { blobId, sha256, sizeBytes, contentType }: Held): void {
  if (rows.find(blobHolders, { stream: event.stream, blobId })) return;
  rows.insert(blobHolders, { stream: event.stream, blobId });
  const blob = rows.find(assetBlobs, { id: blobId });
  if (blob) {
    rows.update(assetBlobs, { id: blobId }, { holders: blob.holders + 1 });
  } else {
    rows.insert(assetBlobs, { id: blobId, sha256, sizeBytes, contentType, createdAt: event.recordedAt, holders: 1 });
  }
}

function letGo(rows: TableWriter, event: RecordedEvent): void {
  for (const { blobId } of rows.all(blobHolders, { stream: event.stream })) {
    const blob = rows.find(assetBlobs, { id: blobId });
    if (!blob) continue;
    if (blob.holders > 1) rows.update(assetBlobs, { id: blobId }, { holders: blob.holders - 1 });
    else rows.delete(assetBlobs, { id: blobId });
  }
  rows.delete(blobHolders, { stream: event.stream });
}
