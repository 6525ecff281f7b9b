import { type Static, Type } from "@sinclair/typebox";
import { Elysia } from "elysia";
import type { Caller } from "../caller.ts";
import { AppError } from "../errors.ts";
import { AtQuery } from "../history/moment.ts";
import { BytesQuery } from "../http/bytes_query.ts";
import { Enveloped, envelope, failures } from "../http/envelope.ts";
import { invalid } from "../http/error_answer.ts";
import type { Http } from "../http/http.ts";
import type { Kept } from "../http/kept.ts";
import { operation } from "../http/openapi/mod.ts";
import { takeHeaders } from "../http/own_response.ts";
import { nextLink, pageMeta, pageRequestOf } from "../http/paging.ts";
import { readyAnswer } from "../http/ready_json.ts";
import { type Representation, representationOf, serveBytes } from "../http/serve_bytes.ts";
import { MEDIA_TYPES, THUMBNAIL_CONTENT_TYPE } from "../media/mod.ts";
import type { CheckedPlace } from "../place.ts";
import { Deleted } from "../schema.ts";
import { bulkRoutes } from "./bulk_routes.ts";
import { assetExample } from "./example.ts";
import { importRoutes } from "./import_routes.ts";
import type { ImportDeps } from "./imports.ts";
import type { AssetPast } from "./past.ts";
import type { AssetRow } from "./queries.ts";
import { Asset, AssetPatch, AssetQuery } from "./schema.ts";
import { unifiedRoutes } from "./unified_routes.ts";
import { assetView } from "./view.ts";

/** What the asset endpoints need. */
export interface AssetRoutesDeps extends ImportDeps {
  readonly http: Http;
  readonly past: AssetPast;
  readonly kept: Kept;
  /** Throws `conflict` when something open uses the asset. */
  readonly refuseWhenUsed: (owner: string, assetId: string) => void;
}

const PREFIX = "/api/v3/assets";
/** The routes that take uploads, and so read their bodies while they arrive. */
export const UPLOAD_ROUTES: readonly string[] = [`${PREFIX}/`, `${PREFIX}/unified`];

const AssetParams = Type.Object({ id: Type.String({ examples: [assetExample.id] }) });
const CONTENT_TYPES = Object.values(MEDIA_TYPES).map(({ contentType }) => contentType);
const OneAsset = Enveloped(Asset, "The asset.");

/** `/api/v3/assets` */
export function assetRoutes(deps: AssetRoutesDeps) {
  const { http, commands, queries, past, blobs, checkPlace, kept } = deps;

  function present(caller: Caller, id: string): AssetRow {
    return found(queries.find(caller.owner, id));
  }

  function found(asset: AssetRow | undefined): AssetRow {
    if (!asset) throw new AppError("not_found", "Cannot find this asset: there is none with this id");
    return asset;
  }

  async function asItWas(caller: Caller, id: string, at: string) {
    const asset = found(await past.find(caller.owner, id, at));
    return envelope(assetView(asset, deps.link), caller.requestId);
  }

  return new Elysia({ prefix: PREFIX, normalize: false, tags: ["Assets"] })
    .use(http)
    .use(importRoutes(deps))
    .use(bulkRoutes(deps))
    .use(unifiedRoutes(deps))
    .get(
      "/",
      ({ request, caller, query, set, publicUrl }) => {
        const asked = pageRequestOf(query);
        const page = queries.list(caller.owner, { status: "ready", ...query }, asked);
        const link = nextLink(request, page, publicUrl);
        if (link !== null) set.headers.link = link;
        return envelope(
          page.items.map((row) => assetView(row, deps.link)),
          caller.requestId,
          pageMeta(page, asked),
        );
      },
      {
        query: AssetQuery,
        response: {
          200: Enveloped(Type.Array(Asset), "A page of assets, newest first."),
          ...failures("validation_failed"),
        },
        detail: operation("listAssets", "List assets", { traits: ["paged"] }),
      },
    )
    .get(
      "/:id",
      ({ caller, params: { id }, query: { at }, set }) => {
        if (at !== undefined) return asItWas(caller, id, at);
        const ready = kept.json(caller.owner, `assets/${id}`, () => ({
          text: JSON.stringify(assetView(present(caller, id), deps.link)),
        }));
        return readyAnswer(ready, caller.requestId, set);
      },
      {
        params: AssetParams,
        query: AtQuery,
        response: { 200: OneAsset, ...failures("not_found", "validation_failed") },
        detail: operation("getAsset", "Read an asset, as it is or as it was"),
      },
    )
    .patch(
      "/:id",
      async ({ caller, params, body }) => {
        const place = placeAfter(present(caller, params.id), body);
        const changes = { ...body, ...(place === null ? {} : checkPlace(caller.owner, place)) };
        await commands.update(caller, params.id, changes, () => checkPlace(caller.owner, changes));
        return envelope(assetView(present(caller, params.id), deps.link), caller.requestId);
      },
      {
        params: AssetParams,
        body: AssetPatch,
        response: {
          200: OneAsset,
          ...failures(
            "not_found",
            "validation_failed",
            "malformed_json",
            "body_too_large",
            "unsupported_media_type",
            "conflict",
          ),
        },
        detail: operation("updateAsset", "Change an asset's name, tags or place"),
      },
    )
    .delete(
      "/:id",
      async ({ caller, params: { id } }) => {
        present(caller, id);
        await commands.remove(caller, id, () => deps.refuseWhenUsed(caller.owner, id));
        return envelope({ id, message: "The asset was deleted" }, caller.requestId);
      },
      {
        params: AssetParams,
        response: { 200: Enveloped(Deleted, "It is deleted."), ...failures("not_found", "conflict") },
        detail: operation("deleteAsset", "Delete an asset"),
      },
    )
    .get(
      "/:id/data",
      ({ request, caller, params: { id }, query, set, bytesCacheControl: cacheControl }) => {
        const isShown = query.download !== "1";
        const bytes = kept.bytes(caller.owner, `assets/${id}/data ${isShown}`, () =>
          dataOf(present(caller, id), isShown),
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
          thumbnailOf(present(caller, id), isShown),
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
    throw new AppError("not_found", `Cannot send the data of this asset: it is ${status}`);
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

/** Where a change puts an asset; null when it says nothing of that. */
function placeAfter(before: CheckedPlace, { clientId, campaignId }: Static<typeof AssetPatch>): CheckedPlace | null {
  if (clientId === undefined && campaignId === undefined) return null;
  const after = {
    clientId: clientId === undefined ? before.clientId : clientId,
    campaignId: campaignId === undefined ? before.campaignId : campaignId,
  };
  // Whatever is in a campaign is in its client, too: null here would be put right without a word.
  if (clientId === null && after.campaignId !== null) {
    throw invalid([{ path: "campaignId", message: "Must be null, too, for an asset of no client" }]);
  }
  return after;
}
