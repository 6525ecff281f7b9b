import { type Static, Type } from "@sinclair/typebox";
import { Elysia } from "elysia";
import type { CheckedClientScope } from "../core/client_scope.ts";
import type { Identity } from "../core/identity.ts";
import { found } from "../core/not_found.ts";
import { Deleted, normalLine, normalLines } from "../core/schema_kit.ts";
import { invalid } from "../core/validation_errors.ts";
import { AtQuery } from "../history/mod.ts";
import {
  type AnswerSet,
  cachedResponse,
  Enveloped,
  envelope,
  etagOf,
  failures,
  JSON_BODY_CODES,
  linksSameUntil,
  operation,
  pageRequestOf,
  pageResponse,
  preconditionOf,
} from "../http/mod.ts";
import { bulkRoutes } from "./bulk_routes.ts";
import { bytesRoutes } from "./bytes_routes.ts";
import { assetStream } from "./events.ts";
import { assetExample } from "./examples.ts";
import { importRoutes } from "./import_routes.ts";
import type { AssetRow } from "./queries.ts";
import type { AssetRoutesDeps } from "./routes_deps.ts";
import { Asset, AssetPatch, AssetQuery } from "./schema.ts";
import { unifiedRoutes } from "./unified_routes.ts";
import { assetView } from "./view.ts";

const PREFIX = "/api/v3/assets";
/** The routes with uploads, which read their bodies while they arrive. */
export const UPLOAD_ROUTES: readonly string[] = [`${PREFIX}/`, `${PREFIX}/unified`];

const AssetParams = Type.Object({ id: Type.String({ examples: [assetExample.id] }) });
const OneAsset = Enveloped(Asset, "The asset.");

/** Creates the routes of `/api/v3/assets`. */
export function assetRoutes(deps: AssetRoutesDeps) {
  const { http, log, commands, queries, asOf, checkClientScope, responseCache } = deps;

  function present(identity: Identity, id: string): AssetRow {
    return found(queries.find(identity.owner, id), "asset");
  }

  /** Reads the version before the row, so that a stale ETag refuses a change and never overwrites one. */
  async function versionOf(id: string): Promise<number> {
    return await log.versionOf(assetStream(id));
  }

  async function asItIs(identity: Identity, id: string, { request, set }: { request: Request; set: AnswerSet }) {
    const version = await versionOf(id);
    const ready = responseCache.json(identity.owner, `assets/${id}`, () => {
      const view = assetView(present(identity, id), deps.link);
      const sameUntil = linksSameUntil([view.url, view.thumbnailUrl], view.updatedAt);
      return { text: JSON.stringify(view), etag: etagOf({ version }), sameUntil };
    });
    return cachedResponse(ready, { request, requestId: identity.requestId, set });
  }

  async function asItWas(identity: Identity, id: string, { at, set }: { at: string; set: AnswerSet }) {
    const { asset, version } = found(await asOf.findVersion(identity.owner, id, at), "asset");
    set.headers.etag = etagOf({ version });
    return envelope(assetView(asset, deps.link), identity.requestId);
  }

  return new Elysia({ prefix: PREFIX, normalize: false, tags: ["Assets"] })
    .use(http)
    .use(importRoutes(deps))
    .use(bulkRoutes(deps))
    .use(unifiedRoutes(deps))
    .get(
      "/",
      ({ request, identity, query, set, publicUrl }) => {
        const pageRequest = pageRequestOf(query);
        const page = queries.list(
          identity.owner,
          { status: "ready", ...query, ...(query.tag !== undefined && { tag: normalLine(query.tag) }) },
          pageRequest,
        );
        const items = page.items.map((row) => assetView(row, deps.link));
        return pageResponse(items, { page, pageRequest, request, identity, publicUrl, set });
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
      ({ request, identity, params: { id }, query: { at }, set }) => {
        if (at !== undefined) return asItWas(identity, id, { at, set });
        return asItIs(identity, id, { request, set });
      },
      {
        params: AssetParams,
        query: AtQuery,
        response: { 200: OneAsset, ...failures("not_found", "validation_failed") },
        detail: operation("getAsset", "Read an asset, as it is or as it was", { traits: ["cached"] }),
      },
    )
    .patch(
      "/:id",
      async ({ request, identity, params, body, set }) => {
        const before = present(identity, params.id);
        const place = scopeAfter(before, body);
        checkFocus(before, body);
        const { name, tags } = body;
        const about = {
          ...(name !== undefined && { name: normalLine(name) }),
          ...(tags !== undefined && { tags: normalLines(tags) }),
        };
        const changes = { ...body, ...about, ...(place === null ? {} : checkClientScope(identity.owner, place)) };
        await commands.update(identity, params.id, changes, preconditionOf(request));
        set.headers.etag = etagOf({ version: await versionOf(params.id) });
        return envelope(assetView(present(identity, params.id), deps.link), identity.requestId);
      },
      {
        params: AssetParams,
        body: AssetPatch,
        response: {
          200: OneAsset,
          ...failures("not_found", "validation_failed", ...JSON_BODY_CODES, "conflict"),
        },
        detail: operation("updateAsset", "Change an asset's name, tags, focus or place", {
          traits: ["versioned", "guarded"],
        }),
      },
    )
    .delete(
      "/:id",
      async ({ request, identity, params: { id } }) => {
        present(identity, id);
        await commands.remove(identity, id, preconditionOf(request));
        return envelope({ id, message: "The asset was deleted" }, identity.requestId);
      },
      {
        params: AssetParams,
        response: { 200: Enveloped(Deleted, "It is deleted."), ...failures("not_found", "conflict") },
        detail: operation("deleteAsset", "Delete an asset", { traits: ["guarded"] }),
      },
    )
    .use(bytesRoutes(deps));
}

/** Refuses a focus for an asset without a picture. An asset that is still imported may have no type yet. */
function checkFocus({ type }: { readonly type: string | null }, { focus }: Static<typeof AssetPatch>): void {
  if (!focus || type === null || type === "image" || type === "video") return;
  throw invalid([
    { path: "focus", message: `must be absent or null: the asset is of type ${type} and has no picture` },
  ]);
}

/** Returns the client and campaign of a change; null when it has neither field. */
function scopeAfter(
  before: CheckedClientScope,
  { clientId, campaignId }: Static<typeof AssetPatch>,
): CheckedClientScope | null {
  if (clientId === undefined && campaignId === undefined) return null;
  const after = {
    clientId: clientId === undefined ? before.clientId : clientId,
    campaignId: campaignId === undefined ? before.campaignId : campaignId,
  };
  // An asset of a campaign is in the campaign's client: null here would be corrected silently.
  if (clientId === null && after.campaignId !== null) {
    throw invalid([{ path: "campaignId", message: "must be null, too, for an asset of no client" }]);
  }
  return after;
}
