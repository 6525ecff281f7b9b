import { assetEventDescriptions } from "./event_descriptions.ts";
import { AssetDeleted, AssetFailed, assetEvents } from "./events.ts";
import { assetsProjection } from "./projection.ts";

/** The events of assets, their descriptions and their projections. */
export const assetSlice = {
  streamKind: "asset",
  events: assetEvents,
  descriptions: assetEventDescriptions,
  projections: [assetsProjection],
  releasedBy: [AssetDeleted, AssetFailed],
};
