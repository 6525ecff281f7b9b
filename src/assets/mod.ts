/** Assets: imported, checked, stored, described and served. */

export { type AssetsAsOf, createAssetsAsOf } from "./assets_as_of.ts";
export { createBlobCollector } from "./blob_collector.ts";
export { blobIdOf } from "./blob_id.ts";
export { createAssetCommands, planAssetDeletion } from "./commands.ts";
export { type AssetCommand, assetDecider, isLost, typeMismatch } from "./decide.ts";
export {
  ASSET_ENDS,
  ASSET_JOINS,
  AssetDeleted,
  AssetFailed,
  AssetInspected,
  type AssetRequested,
  AssetRetried,
  assetIdOf,
  assetStream,
  BlobStored,
  ThumbnailStored,
} from "./events.ts";
export { assetExample } from "./examples.ts";
export { logImports } from "./import_log.ts";
export { createIngestWorker } from "./ingest_worker.ts";
export { assetsProjection } from "./projection.ts";
export { type AssetQueries, type AssetTotals, createAssetQueries } from "./queries.ts";
export { assetRoutes, UPLOAD_ROUTES } from "./routes.ts";
export type { AssetRoutesDeps } from "./routes_deps.ts";
export { Asset, AssetKind, cleanName } from "./schema.ts";
export { assetSlice } from "./slice.ts";
export { createThumbnailWorker } from "./thumbnail_worker.ts";
export { createUploadsUnderWay } from "./uploads_under_way.ts";
export { importError } from "./wait_until_settled.ts";
export { requestWrite, retryWrite } from "./writes.ts";
