import { type Static, Type } from "@sinclair/typebox";
import { Elysia } from "elysia";
import type { BlobStore } from "../blobs/mod.ts";
import type { Caller } from "../caller.ts";
import { AppError } from "../errors.ts";
import type { EventLog } from "../event_log/mod.ts";
import { Enveloped, envelope, failures } from "../http/envelope.ts";
import { invalid } from "../http/error_answer.ts";
import type { Http } from "../http/http.ts";
import { type IdempotencyClaim, idempotencyClaim } from "../http/idempotency_key.ts";
import { operation } from "../http/openapi/mod.ts";
import { nextLink, pageMeta, pageRequestOf } from "../http/paging.ts";
import { preferenceOf } from "../http/prefer.ts";
import { readJson } from "../http/read_json.ts";
import { type ServedBytes, serveBytes } from "../http/serve_bytes.ts";
import { validator } from "../http/validate.ts";
import { MEDIA_TYPES, THUMBNAIL_CONTENT_TYPE } from "../media/mod.ts";
import type { Downloader } from "../net/mod.ts";
import type { CheckedPlace, CheckPlace } from "../place.ts";
import { Deleted } from "../schema.ts";
import { blobIdOf } from "./blob_id.ts";
import type { AssetCommands } from "./commands.ts";
import { assetExample, pendingAssetExample } from "./example.ts";
import type { AssetQueries, AssetRow } from "./queries.ts";
import { Asset, AssetPatch, AssetQuery, FromUrl, UploadForm } from "./schema.ts";
import { settled } from "./settle.ts";
import { receiveUpload } from "./upload.ts";
import { assetView } from "./view.ts";

/** What the asset endpoints need. */
export interface AssetRoutesDeps {
  readonly http: Http;
  readonly log: EventLog;
  readonly commands: AssetCommands;
  readonly queries: AssetQueries;
  readonly blobs: BlobStore;
  readonly downloader: Downloader;
  readonly maxBytes: number;
  /** How long an import may take before its endpoint answers 202, in milliseconds. */
  readonly defaultWaitMs: number;
  readonly checkPlace: CheckPlace;
  /** Throws `conflict` when something open uses the asset. */
  readonly refuseWhenUsed: (owner: string, assetId: string) => void;
  /** Whether an Idempotency-Key was used before; throws when for something else. */
  readonly wasAccepted: (owner: string, claim: IdempotencyClaim) => boolean;
}

const PREFIX = "/api/v3/assets";
/** The route that takes uploads, and so reads its body while it arrives. */
export const UPLOAD_ROUTE = `${PREFIX}/`;

const AssetParams = Type.Object({ id: Type.String({ examples: [assetExample.id] }) });
const DownloadQuery = Type.Object({
  download: Type.Optional(Type.String({ description: "`1` offers the file for saving.", examples: ["1"] })),
});
const CONTENT_TYPES = Object.values(MEDIA_TYPES).map(({ contentType }) => contentType);
const OneAsset = Enveloped(Asset, "The asset.");
const PendingAsset = Enveloped(Asset, "The asset as it is now; the import goes on.");
const importFailures = failures(
  "source_not_allowed",
  "validation_failed",
  "idempotency_key_reused",
  "asset_too_large",
  "body_too_large",
  "unsupported_media_type",
  "type_mismatch",
  "media_unreadable",
  "source_unreachable",
  "source_error",
  "source_timeout",
  "unavailable",
  "malformed_json",
  "bad_request",
  "internal",
);
const validateFromUrl = validator(FromUrl);

/** `/api/v3/assets` */
export function assetRoutes(deps: AssetRoutesDeps) {
  const { http, log, commands, queries, blobs, downloader, maxBytes, defaultWaitMs, checkPlace, wasAccepted } = deps;

  function present(caller: Caller, id: string): AssetRow {
    const asset = queries.find(caller.owner, id);
    if (!asset) throw new AppError("not_found", "Cannot find this asset: there is none with this id");
    return asset;
  }

  /** Waits for an import as the client prefers, and says how it went. */
  async function answer({ request, set, server }: Asked, { caller, id, replayed }: Import): Promise<Answer> {
    server?.timeout(request, 0);
    // Before the wait: a failure carries it, too.
    if (replayed) set.headers["idempotency-replayed"] = "true";
    const preference = preferenceOf(request, defaultWaitMs);
    const { owner } = caller;
    const asset = await settled({ log, queries, owner, id, waitMs: preference.waitMs, signal: request.signal });
    set.headers.location = `${PREFIX}/${id}`;
    if (preference.applied !== null) set.headers["preference-applied"] = preference.applied;
    return { code: asset.status === "ready" ? 201 : 202, body: envelope(assetView(asset), caller.requestId) };
  }

  /** Two different requests with one new key may come at the same time: the later one finds out here. */
  function assertFirst({ owner }: Caller, claim: IdempotencyClaim | undefined): void {
    if (claim) wasAccepted(owner, claim);
  }

  async function fromUrl(request: Request, caller: Caller, body: Static<typeof FromUrl>): Promise<Import> {
    const { name, type, url, tags = [] } = body;
    const idempotency = idempotencyClaim(request, () => ({ do: "import", ...body }));
    const replayed = idempotency !== undefined && wasAccepted(caller.owner, idempotency);
    const place = replayed ? NOWHERE : checkPlace(caller.owner, body);
    if (!replayed) downloader.checkSource(url);
    const asset = { name, type, source: { kind: "url" as const, url }, tags, ...place };
    const id = await commands.request(caller, asset, { idempotency, check: () => checkPlace(caller.owner, place) });
    assertFirst(caller, idempotency);
    return { caller, id, replayed };
  }

  async function fromUpload(request: Request, caller: Caller): Promise<Import> {
    using upload = await receiveUpload(request, { blobs, maxBytes, isReferenced: queries.isReferenced });
    const { fields, name, filename, staged } = upload;
    const { type = null, tags = [] } = fields;
    const { sha256, sizeBytes } = staged;
    const idempotency = idempotencyClaim(request, () => ({ do: "upload", fields, name, sha256 }));
    const replayed = idempotency !== undefined && wasAccepted(caller.owner, idempotency);
    const place = replayed ? NOWHERE : checkPlace(caller.owner, fields);
    const asset = { name, type, source: { kind: "upload" as const, filename }, tags, ...place };
    const blob = { blobId: blobIdOf(sha256), sha256, sizeBytes, sentContentType: upload.sentContentType };
    const check = () => checkPlace(caller.owner, place);
    const id = await commands.request(caller, asset, { blob, idempotency, check });
    assertFirst(caller, idempotency);
    return { caller, id, replayed };
  }

  async function serve(
    request: Request,
    served: Omit<ServedBytes, "blobs" | "cacheControl" | "inline">,
    inline: boolean,
  ) {
    // On an open server and with a signed URL the address alone gives the bytes, so any cache may keep them.
    return await serveBytes(request, { ...served, blobs, inline, cacheControl: "public, max-age=31536000, immutable" });
  }

  return new Elysia({ prefix: PREFIX, normalize: false, tags: ["Assets"] })
    .use(http)
    .post(
      "/from-url",
      async ({ request, caller, body, set, status, server }) => {
        const started = await fromUrl(request, caller, body);
        const { code, body: data } = await answer({ request, set, server }, started);
        return status(code, data);
      },
      {
        body: FromUrl,
        response: { 201: OneAsset, 202: PendingAsset, ...importFailures },
        detail: operation("importAssetFromUrl", "Import an asset from a URL", {
          traits: ["idempotent", "waits", "located"],
          codes: ["not_found"],
          examples: { 202: pendingAssetExample },
        }),
      },
    )
    .post(
      "/",
      async ({ request, caller, set, status, server }) => {
        const isForm = /^multipart\/form-data\s*(;|$)/i.test(request.headers.get("content-type") ?? "");
        const started = isForm
          ? await fromUpload(request, caller)
          : await fromUrl(request, caller, validateFromUrl(await readJson(request)));
        const { code, body: data } = await answer({ request, set, server }, started);
        return status(code, data);
      },
      {
        response: { 201: OneAsset, 202: PendingAsset, ...importFailures },
        detail: operation("createAsset", "Upload an asset as a form, or import it from a URL", {
          traits: ["idempotent", "waits", "located"],
          bodies: { "multipart/form-data": UploadForm, "application/json": FromUrl },
          codes: ["not_found"],
          examples: { 202: pendingAssetExample },
        }),
      },
    )
    .get(
      "/",
      ({ request, caller, query, set, publicUrl }) => {
        const asked = pageRequestOf(query);
        const page = queries.list(caller.owner, { status: "ready", ...query }, asked);
        const link = nextLink(request, page, publicUrl);
        if (link !== null) set.headers.link = link;
        return envelope(page.items.map(assetView), caller.requestId, pageMeta(page, asked));
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
    .get("/:id", ({ caller, params }) => envelope(assetView(present(caller, params.id)), caller.requestId), {
      params: AssetParams,
      response: { 200: OneAsset, ...failures("not_found") },
      detail: operation("getAsset", "Read an asset"),
    })
    .patch(
      "/:id",
      async ({ caller, params, body }) => {
        const place = placeAfter(present(caller, params.id), body);
        const changes = { ...body, ...(place === null ? {} : checkPlace(caller.owner, place)) };
        await commands.update(caller, params.id, changes, () => checkPlace(caller.owner, changes));
        return envelope(assetView(present(caller, params.id)), caller.requestId);
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
      ({ request, caller, params, query }) => {
        const { status, sha256, sizeBytes, format, name, uploadedAt } = present(caller, params.id);
        if (status !== "ready" || sha256 === null || sizeBytes === null || format === null || uploadedAt === null) {
          throw new AppError("not_found", `Cannot send the data of this asset: it is ${status}`);
        }
        const { contentType, inline } = MEDIA_TYPES[format];
        const lastModified = new Date(uploadedAt);
        return serve(
          request,
          { sha256, sizeBytes, contentType, filename: name, lastModified },
          inline && query.download !== "1",
        );
      },
      {
        params: AssetParams,
        query: DownloadQuery,
        detail: operation("getAssetData", "Read an asset's bytes", { bytes: CONTENT_TYPES }),
      },
    )
    .get(
      "/:id/thumbnail",
      ({ request, caller, params, query }) => {
        const { status, thumbnailSha256, thumbnailSizeBytes, name, uploadedAt } = present(caller, params.id);
        if (status !== "ready" || thumbnailSha256 === null || thumbnailSizeBytes === null || uploadedAt === null) {
          throw new AppError("not_found", "Cannot send a thumbnail of this asset: it has none");
        }
        const thumbnail = {
          sha256: thumbnailSha256,
          sizeBytes: thumbnailSizeBytes,
          contentType: THUMBNAIL_CONTENT_TYPE,
        };
        const filename = `${name} thumbnail`;
        return serve(request, { ...thumbnail, filename, lastModified: new Date(uploadedAt) }, query.download !== "1");
      },
      {
        params: AssetParams,
        query: DownloadQuery,
        detail: operation("getAssetThumbnail", "Read an asset's thumbnail", { bytes: [THUMBNAIL_CONTENT_TYPE] }),
      },
    );
}

/** Of a request that is replayed: it makes nothing, so its place does not matter. */
const NOWHERE: CheckedPlace = { clientId: null, campaignId: null };

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

interface Import {
  readonly caller: Caller;
  readonly id: string;
  readonly replayed: boolean;
}

interface Answer {
  readonly code: 201 | 202;
  readonly body: ReturnType<typeof envelope<ReturnType<typeof assetView>>>;
}

/** What an answer needs of a request's context. */
interface Asked {
  readonly request: Request;
  readonly set: { readonly headers: Record<string, string | number | undefined> };
  readonly server: { timeout(request: Request, seconds: number): void } | null;
}
