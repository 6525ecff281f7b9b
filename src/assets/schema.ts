import { type Static, Type } from "@sinclair/typebox";
import {
  AnyErrorCode,
  Line,
  MAX_NAME_LENGTH,
  Name,
  Nullable,
  OneOf,
  OptionalReference,
  Reference,
  Time,
  UNFIT_IN_LINES,
} from "../core/schema_kit.ts";
import { PageQuery } from "../http/mod.ts";
import { MEDIA_FORMATS, MEDIA_KINDS } from "../media/mod.ts";
import {
  assetExample,
  batchExample,
  fromUrlExample,
  fromUrlsExample,
  patchExample,
  unifiedExample,
  uploadExample,
} from "./examples.ts";

const MAX_URL_LENGTH = 8_192;

/** The kind of an asset. */
export const AssetKind = OneOf(MEDIA_KINDS);
const Format = OneOf(MEDIA_FORMATS);

const Tag = Line(100, { title: "Tag", examples: ["summer"] });
/** Tags of an asset. */
export const Tags = Type.Array(Tag, { maxItems: 50, uniqueItems: true, examples: [["product", "summer"]] });
const SourceUrl = Type.String({
  title: "SourceUrl",
  minLength: 1,
  maxLength: MAX_URL_LENGTH,
  description: "http or https, on a host that the server may fetch from.",
  examples: ["https://cdn.example/bottle.jpg"],
});

/** One asset of a bulk import. */
const UrlItem = Type.Object(
  { name: Name, type: AssetKind, url: SourceUrl, tags: Type.Optional(Tags) },
  { additionalProperties: false },
);

/** The client and campaign of an asset. */
export const Place = {
  clientId: Type.Optional(OptionalReference),
  campaignId: Type.Optional(OptionalReference),
};

/** The body of POST `/assets/from-url`. */
export const FromUrl = Type.Object(
  { ...UrlItem.properties, ...Place },
  { title: "AssetFromUrl", additionalProperties: false, examples: [fromUrlExample] },
);

/** The body of POST `/assets/from-urls`. */
export const FromUrls = Type.Object(
  {
    assets: Type.Array(UrlItem, { minItems: 1, maxItems: 100, description: "The same URL twice creates two assets." }),
    ...Place,
  },
  { title: "AssetsFromUrls", additionalProperties: false, examples: [fromUrlsExample] },
);

/** The text fields of a multipart upload. */
export const UploadFields = Type.Object(
  { name: Type.Optional(Name), type: Type.Optional(AssetKind), tags: Type.Optional(Tags), ...Place },
  { additionalProperties: false },
);

/** A multipart upload, as the documentation shows it: forms have no null, and send bytes. */
export const UploadForm = Type.Object(
  {
    file: Type.String({ format: "binary", description: "The bytes. Their content decides the type." }),
    ...Type.Omit(UploadFields, ["clientId", "campaignId"]).properties,
    clientId: Type.Optional(Reference),
    campaignId: Type.Optional(Reference),
  },
  { title: "AssetUpload", additionalProperties: false, examples: [uploadExample] },
);

/** The fields of POST `/assets/unified`, in JSON or a form: of a file in the form, or of a URL. */
export const UnifiedFields = Type.Object(
  {
    uploadType: OneOf(["file", "url"]),
    sourceUrl: Type.Optional(SourceUrl),
    generateThumbnail: Type.Optional(
      Type.Boolean({ description: "Accepted and ignored: thumbnails are always made." }),
    ),
    ...UploadFields.properties,
  },
  { title: "UnifiedAsset", additionalProperties: false, examples: [unifiedExample] },
);

/** The same as a form, with a file or without. */
export const UnifiedForm = Type.Object(
  {
    ...UnifiedFields.properties,
    clientId: Type.Optional(Reference),
    campaignId: Type.Optional(Reference),
    file: Type.Optional(Type.String({ format: "binary", description: "The bytes, with `uploadType` `file`." })),
  },
  { title: "UnifiedAssetUpload", additionalProperties: false, examples: [unifiedExample] },
);

/** The form that typed clients send; the route checks it while it arrives. */
type FormOf<Fields> = Omit<Fields, "file"> & { file: Blob };

/** The body of POST `/assets`, for typed clients only: the route parses it while it arrives. */
export const CreateAssetBody = Type.Unsafe<FormOf<Static<typeof UploadForm>> | Static<typeof FromUrl>>(Type.Any());

/** The body of POST `/assets/unified`, for typed clients only. */
export const UnifiedBody = Type.Unsafe<FormOf<Static<typeof UnifiedForm>> | Static<typeof UnifiedFields>>(Type.Any());

const Share = Type.Number({ minimum: 0, maximum: 1 });

/** The place of an asset's subject, which every shape of a video keeps in its picture. */
const Focus = Nullable(
  Type.Object(
    { x: Share, y: Share },
    {
      title: "Focus",
      additionalProperties: false,
      description:
        "The place of the subject of an image or video: shares of its width from the left and of its height from the top.",
    },
  ),
);

/** The body of PATCH `/assets/{id}`. Absent fields stay as they are; null removes the asset from its client or campaign. */
export const AssetPatch = Type.Object(
  { name: Type.Optional(Name), tags: Type.Optional(Tags), focus: Type.Optional(Focus), ...Place },
  { title: "AssetPatch", additionalProperties: false, examples: [patchExample] },
);

/** The query of GET `/assets`. */
export const AssetQuery = Type.Object({
  client_id: Type.Optional({ ...Reference, description: "Only assets of this client." }),
  campaign_id: Type.Optional({ ...Reference, description: "Only assets of this campaign." }),
  asset_type: Type.Optional({ ...AssetKind, description: "Only assets of this type. A failed asset may have none." }),
  status: Type.Optional(OneOf(["ready", "pending", "failed", "all"], { description: "`ready` when absent." })),
  tag: Type.Optional({ ...Tag, description: "Only assets with this tag." }),
  ...PageQuery,
});

const Pixels = Nullable(Type.Integer({ minimum: 1 }));

/** An asset. Unknown values are null. */
export const Asset = Type.Object(
  {
    id: Type.String(),
    userId: Type.String({ description: "The owner: that of the API key, or `local` on an open server." }),
    clientId: Nullable(Type.String()),
    campaignId: Nullable(Type.String()),
    name: Type.String(),
    type: Nullable(AssetKind),
    status: OneOf(["pending", "ready", "failed"]),
    url: Nullable(Type.String({ description: "The bytes; null until the asset is ready." })),
    thumbnailUrl: Nullable(Type.String({ description: "A WebP of at most 640 px; null without a thumbnail." })),
    sourceUrl: Nullable(Type.String()),
    blobId: Nullable(Type.String()),
    thumbnailBlobId: Nullable(Type.String()),
    sha256: Nullable(Type.String()),
    contentType: Nullable(Type.String()),
    format: Nullable(Format),
    size: Nullable(Type.Integer({ description: "bytes" })),
    width: Pixels,
    height: Pixels,
    duration: Nullable(Type.Number({ description: "seconds" })),
    pageCount: Nullable(Type.Integer()),
    family: Nullable(Type.String({ description: "The family of a font." })),
    weight: Nullable(Type.Integer({ description: "The weight of a font: 400 is regular, 700 is bold." })),
    tags: Type.Array(Type.String()),
    focus: Focus,
    error: Nullable(Type.Object({ code: AnyErrorCode, message: Type.String() })),
    uploadedAt: Nullable(Time),
    createdAt: Time,
    updatedAt: Time,
  },
  { title: "Asset", additionalProperties: false, examples: [assetExample] },
);

const Count = Type.Integer({ minimum: 0 });

/** The response of POST `/assets/from-urls`. */
export const AssetBatch = Type.Object(
  {
    results: Type.Array(
      Type.Object(
        {
          asset: Nullable(Asset),
          success: Type.Boolean({ description: "True when the asset is ready." }),
          error: Nullable(Type.Object({ code: AnyErrorCode, message: Type.String() }, { additionalProperties: false })),
        },
        { additionalProperties: false },
      ),
      {
        description:
          "In the order asked. A failed import has its failed asset, too; a source that is refused at once has none. While an import goes on, `success` is false and `error` is null.",
      },
    ),
    summary: Type.Object({ total: Count, successful: Count, failed: Count }, { additionalProperties: false }),
  },
  { title: "AssetBatch", additionalProperties: false, examples: [batchExample] },
);

/** Turns a file's name into an asset's: removes forbidden characters and cuts it; null when nothing is left. */
export function cleanName(filename: string): string | null {
  const clean = filename
    .toWellFormed()
    .replace(new RegExp(`[${UNFIT_IN_LINES}]+`, "g"), " ")
    .normalize("NFC")
    .trim();
  return [...clean].slice(0, MAX_NAME_LENGTH).join("").slice(0, MAX_NAME_LENGTH).toWellFormed() || null;
}
