import { Type } from "@sinclair/typebox";
import { Elysia } from "elysia";
import { AppError } from "../core/errors.ts";
import type { Identity } from "../core/identity.ts";
import { found } from "../core/not_found.ts";
import { BytesQuery, createSendBytes, operation, type ServedBytes } from "../http/mod.ts";
import { ALL_MEDIA_TYPES, mediaTypeFor, THUMBNAIL_CONTENT_TYPE } from "../media/mod.ts";
import { assetExample } from "./examples.ts";
import type { AssetRow } from "./queries.ts";
import type { AssetRoutesDeps } from "./routes_deps.ts";

const AssetParams = Type.Object({ id: Type.String({ examples: [assetExample.id] }) });

/** The content types of the documentation: each of a document, and the range of every other kind, such as `image/*`. */
const CONTENT_TYPES = new Set(
  ALL_MEDIA_TYPES.map(({ kind, contentType }) => (kind === "document" ? contentType : `${kind}/*`)),
);

/** Routes of the bytes of an asset and of its thumbnail. */
export function bytesRoutes(deps: AssetRoutesDeps) {
  const { http, queries } = deps;
  const send = createSendBytes(deps);

  function present({ owner }: Identity, id: string): AssetRow {
    return found(queries.find(owner, id), "asset");
  }

  return new Elysia({ normalize: false, tags: ["Assets"] })
    .use(http)
    .get(
      "/:id/data",
      ({ request, identity, params: { id }, query, set, bytesCacheControl }) => {
        const context = { request, identity, query, set, bytesCacheControl };
        return send(context, `assets/${id}/data`, () => dataOf(present(identity, id)));
      },
      {
        params: AssetParams,
        query: BytesQuery,
        detail: operation("getAssetData", "Read an asset's bytes", { bytes: [...CONTENT_TYPES] }),
      },
    )
    .get(
      "/:id/thumbnail",
      ({ request, identity, params: { id }, query, set, bytesCacheControl }) => {
        const context = { request, identity, query, set, bytesCacheControl };
        return send(context, `assets/${id}/thumbnail`, () => thumbnailOf(present(identity, id)));
      },
      {
        params: AssetParams,
        query: BytesQuery,
        detail: operation("getAssetThumbnail", "Read an asset's thumbnail", { bytes: [THUMBNAIL_CONTENT_TYPE] }),
      },
    );
}

function dataOf({ status, sha256, sizeBytes, format, type, name, uploadedAt }: AssetRow): ServedBytes {
  if (status !== "ready" || sha256 === null || sizeBytes === null || format === null || uploadedAt === null) {
    const why = status === "failed" ? "its import failed" : "it is not imported yet";
    throw new AppError("not_found", `Cannot send the data of this asset: ${why}`);
  }
  const { contentType, inline } = mediaTypeFor(format, type);
  return { sha256, sizeBytes, contentType, filename: name, lastModified: new Date(uploadedAt), inline };
}

function thumbnailOf(asset: AssetRow): ServedBytes {
  const { status, thumbnailSha256: sha256, thumbnailSizeBytes: sizeBytes, name, uploadedAt } = asset;
  if (status !== "ready" || sha256 === null || sizeBytes === null || uploadedAt === null) {
    throw new AppError("not_found", "Cannot send a thumbnail of this asset: it has none");
  }
  const contentType = THUMBNAIL_CONTENT_TYPE;
  const lastModified = new Date(uploadedAt);
  return { sha256, sizeBytes, contentType, filename: `${name} thumbnail`, lastModified, inline: true };
}
