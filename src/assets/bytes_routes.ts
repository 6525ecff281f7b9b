import { Type } from "@sinclair/typebox";
import { Elysia } from "elysia";
import { AppError } from "../errors.ts";
import { BytesQuery } from "../http/bytes_query.ts";
import { operation } from "../http/openapi/mod.ts";
import { takeHeaders } from "../http/own_response.ts";
import { type Representation, representationOf, serveBytes } from "../http/serve_bytes.ts";
import { MEDIA_TYPES, THUMBNAIL_CONTENT_TYPE } from "../media/mod.ts";
import { assetExample } from "./example.ts";
import type { AssetRow } from "./queries.ts";
import { type AssetRoutesDeps, found } from "./routes_deps.ts";

const AssetParams = Type.Object({ id: Type.String({ examples: [assetExample.id] }) });
const CONTENT_TYPES = Object.values(MEDIA_TYPES).map(({ contentType }) => contentType);

/** The bytes of an asset, and a small picture of it. */
export function bytesRoutes({ http, queries, blobs, kept }: AssetRoutesDeps) {
  return new Elysia({ normalize: false, tags: ["Assets"] })
    .use(http)
    .get(
      "/:id/data",
      ({ request, caller, params: { id }, query, set, bytesCacheControl: cacheControl }) => {
        const isShown = query.download !== "1";
        const bytes = kept.bytes(caller.owner, `assets/${id}/data ${isShown}`, () =>
          dataOf(found(queries.find(caller.owner, id)), isShown),
        );
        return serveBytes(request, bytes, { blobs, cacheControl, headers: takeHeaders(set) });
      },
      {
        params: AssetParams,
        query: BytesQuery,
        detail: operation("getAssetData", "Read an asset's bytes", { bytes: CONTENT_TYPES }),
      },
    )
    .get(
      "/:id/thumbnail",
      ({ request, caller, params: { id }, query, set, bytesCacheControl: cacheControl }) => {
        const isShown = query.download !== "1";
        const bytes = kept.bytes(caller.owner, `assets/${id}/thumbnail ${isShown}`, () =>
          thumbnailOf(found(queries.find(caller.owner, id)), isShown),
        );
        return serveBytes(request, bytes, { blobs, cacheControl, headers: takeHeaders(set) });
      },
      {
        params: AssetParams,
        query: BytesQuery,
        detail: operation("getAssetThumbnail", "Read an asset's thumbnail", { bytes: [THUMBNAIL_CONTENT_TYPE] }),
      },
    );
}

function dataOf({ status, sha256, sizeBytes, format, name, uploadedAt }: AssetRow, isShown: boolean): Representation {
  if (status !== "ready" || sha256 === null || sizeBytes === null || format === null || uploadedAt === null) {
    const why = status === "failed" ? "its import failed" : "it is not imported yet";
    throw new AppError("not_found", `Cannot send the data of this asset: ${why}`);
  }
  const { contentType, inline } = MEDIA_TYPES[format];
  const lastModified = new Date(uploadedAt);
  return representationOf({ sha256, sizeBytes, contentType, filename: name, lastModified, inline: inline && isShown });
}

function thumbnailOf(asset: AssetRow, isShown: boolean): Representation {
  const { status, thumbnailSha256: sha256, thumbnailSizeBytes: sizeBytes, name, uploadedAt } = asset;
  if (status !== "ready" || sha256 === null || sizeBytes === null || uploadedAt === null) {
    throw new AppError("not_found", "Cannot send a thumbnail of this asset: it has none");
  }
  const contentType = THUMBNAIL_CONTENT_TYPE;
  const lastModified = new Date(uploadedAt);
  const filename = `${name} thumbnail`;
  return representationOf({ sha256, sizeBytes, contentType, filename, lastModified, inline: isShown });
}
