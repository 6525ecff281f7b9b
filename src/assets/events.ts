import { Type } from "@sinclair/typebox";
import { AnyErrorCode, Nullable, OneOf } from "../core/schema_kit.ts";
import { defineEvent, type EventOf } from "../event_log/mod.ts";
import { MEDIA_FORMATS, MEDIA_KINDS } from "../media/mod.ts";
import { failedStepOfCode } from "./upcasts.ts";

const Id = Type.String({ minLength: 1, maxLength: 200 });
const Sha256 = Type.String({ pattern: "^[0-9a-f]{64}$" });
const Bytes = Type.Integer({ minimum: 0, description: "bytes" });
const Pixels = Type.Integer({ minimum: 1, description: "pixels" });
const Kind = OneOf(MEDIA_KINDS);
const Format = OneOf(MEDIA_FORMATS);
const Tags = Type.Array(Type.String());
const Share = Type.Number({ minimum: 0, maximum: 1 });
/** The place of an asset's subject, as shares of its width and height from the left and the top. */
const Focus = Type.Object({ x: Share, y: Share });

/** An asset was requested: by a URL to fetch, or with uploaded bytes. */
export const AssetRequested = defineEvent(
  "AssetRequested",
  1,
  "An asset was requested.",
  Type.Object({
    name: Type.String(),
    type: Nullable(Kind),
    source: Type.Union([
      Type.Object({ kind: Type.Literal("url"), url: Type.String() }),
      Type.Object({ kind: Type.Literal("upload"), filename: Nullable(Type.String()) }),
    ]),
    clientId: Nullable(Id),
    campaignId: Nullable(Id),
    tags: Tags,
  }),
);

/** The bytes are complete and flushed to disk. */
export const BlobStored = defineEvent(
  "BlobStored",
  1,
  "The bytes of an asset are complete and flushed.",
  Type.Object({
    blobId: Id,
    sha256: Sha256,
    sizeBytes: Bytes,
    sentContentType: Nullable(Type.String({ description: "The sender's header, recorded but not trusted." })),
  }),
);

/** The content was inspected: the asset is ready. */
export const AssetInspected = defineEvent(
  "AssetInspected",
  1,
  "The content was inspected: the asset is ready.",
  Type.Object({
    kind: Kind,
    format: Format,
    contentType: Type.String(),
    width: Nullable(Pixels),
    height: Nullable(Pixels),
    duration: Nullable(Type.Number({ minimum: 0, description: "seconds" })),
    pageCount: Nullable(Type.Integer({ minimum: 0 })),
    family: Type.Optional(Nullable(Type.String({ description: "the family of a font" }))),
    weight: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000, description: "the weight of a font" })),
  }),
);

/** A thumbnail of the asset is stored. */
export const ThumbnailStored = defineEvent(
  "ThumbnailStored",
  1,
  "A thumbnail of the asset is stored.",
  Type.Object({
    blobId: Id,
    sha256: Sha256,
    sizeBytes: Bytes,
    contentType: Type.String(),
    width: Pixels,
    height: Pixels,
  }),
);

/** No thumbnail can be made of the asset, so it is not tried again. */
export const ThumbnailOmitted = defineEvent(
  "ThumbnailOmitted",
  1,
  "No thumbnail can be made of an asset.",
  Type.Object({}),
);

/** The steps of an import. An upload starts with its inspection. */
const IMPORT_STEPS = ["download", "inspection"] as const;

/** An import failed. Version 1 has no step. */
export const AssetFailed = defineEvent(
  "AssetFailed",
  2,
  "The import of an asset ended in an error.",
  Type.Object({
    step: Nullable(OneOf(IMPORT_STEPS)),
    code: AnyErrorCode,
    message: Type.String(),
  }),
  { upcasters: [failedStepOfCode], isEssential: true },
);

/** A failed import was started again. */
export const AssetRetried = defineEvent("AssetRetried", 1, "A failed import was started again.", Type.Object({}));

/** The details of an asset were changed; absent fields stay as they were. */
export const AssetUpdated = defineEvent(
  "AssetUpdated",
  1,
  "An asset's name, tags, focus, client or campaign were changed.",
  Type.Object({
    name: Type.Optional(Type.String()),
    tags: Type.Optional(Tags),
    focus: Type.Optional(Nullable(Focus)),
    clientId: Type.Optional(Nullable(Id)),
    campaignId: Type.Optional(Nullable(Id)),
  }),
);

/** The asset was deleted; its history stays. */
export const AssetDeleted = defineEvent("AssetDeleted", 1, "An asset was deleted.", Type.Object({}), {
  isEssential: true,
});

/** Types of events after which an asset cannot be used. */
export const ASSET_ENDS: readonly string[] = [AssetDeleted.type];

/** Types of events that can put an asset into a client or campaign. */
export const ASSET_JOINS: readonly string[] = [AssetRequested.type, AssetUpdated.type];

/** Every event of an asset's stream. */
export const assetEvents = [
  AssetRequested,
  BlobStored,
  AssetInspected,
  ThumbnailStored,
  ThumbnailOmitted,
  AssetFailed,
  AssetRetried,
  AssetUpdated,
  AssetDeleted,
] as const;

/** An event of an asset's stream. */
export type AssetEvent = EventOf<(typeof assetEvents)[number]>;

/** Returns the name of an asset's stream. */
export function assetStream(assetId: string): string {
  return `asset-${assetId}`;
}

/** Returns the id of the asset whose stream an event is in. */
export function assetIdOf({ stream }: { readonly stream: string }): string {
  return stream.slice("asset-".length);
}
