import {
  describeEvent,
  type EventDescription,
  hostOf,
  lasting,
  listed,
  quoted,
  sized,
  withoutUrlSecrets,
} from "../history/mod.ts";
import {
  AssetDeleted,
  type AssetEvent,
  AssetFailed,
  AssetInspected,
  AssetRequested,
  AssetRetried,
  AssetUpdated,
  BlobStored,
  ThumbnailOmitted,
  ThumbnailStored,
} from "./events.ts";

/** The descriptions of an asset's events in histories. */
export const assetEventDescriptions = {
  AssetRequested: describeEvent(
    AssetRequested,
    ({ data: { name, source } }) =>
      source.kind === "upload"
        ? `${quoted(name)} was uploaded`
        : `The import of ${quoted(name)} from ${hostOf(source.url)} was requested`,
    ({ data }) => ({ ...data, source: withoutUrlSecrets(data.source) }),
  ),
  BlobStored: describeEvent(BlobStored, ({ data }) => `The file was received and stored: ${sized(data.sizeBytes)}`),
  AssetInspected: describeEvent(AssetInspected, ({ data: { kind, format, width, height, duration } }) => {
    const facts = [
      `${kind} (${format})`,
      ...(width !== null && height !== null ? [`${width} × ${height} px`] : []),
      ...(duration === null ? [] : [lasting(duration)]),
    ];
    return `The file was inspected: ${facts.join(", ")}`;
  }),
  ThumbnailStored: describeEvent(
    ThumbnailStored,
    ({ data }) => `A thumbnail was made: ${data.width} × ${data.height} px`,
  ),
  ThumbnailOmitted: describeEvent(ThumbnailOmitted, () => "No thumbnail can be made of the file"),
  AssetFailed: describeEvent(AssetFailed, ({ data }) => {
    const { step, message } = data;
    return step === null ? `The import failed: ${message}` : `The ${step} failed: ${message}`;
  }),
  AssetRetried: describeEvent(AssetRetried, () => "The import was started again"),
  AssetUpdated: describeEvent(AssetUpdated, ({ data: { name, tags, focus, clientId, campaignId } }) => {
    const changes = [
      ...(name === undefined ? [] : [`the name is now ${quoted(name)}`]),
      ...(tags === undefined ? [] : [tags.length === 0 ? "the tags were removed" : `the tags are now ${listed(tags)}`]),
      ...(focus === undefined ? [] : [focus === null ? "the focus was removed" : "the focus was set"]),
      ...(clientId === undefined && campaignId === undefined ? [] : ["it was moved to another client or campaign"]),
    ];
    return `The asset was changed: ${listed(changes)}`;
  }),
  AssetDeleted: describeEvent(AssetDeleted, () => "The asset was deleted"),
} satisfies Record<AssetEvent["type"], EventDescription>;
