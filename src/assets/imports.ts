import type { Static } from "@sinclair/typebox";
import type { BlobStore } from "../blobs/mod.ts";
import { checkSourceUrls } from "../core/check_fields.ts";
import type { CheckClientScope, CheckedClientScope } from "../core/client_scope.ts";
import type { Identity } from "../core/identity.ts";
import type { Quotas } from "../core/quotas.ts";
import { normalLine, normalLines } from "../core/schema_kit.ts";
import type { EventLog } from "../event_log/mod.ts";
import {
  envelope,
  failures,
  type IdempotencyClaim,
  idempotencyClaim,
  type LinkTo,
  markReplayed,
  type WaitContext,
  waitLimits,
} from "../http/mod.ts";
import type { Fetcher } from "../net/mod.ts";
import { blobIdOf } from "./blob_id.ts";
import type { AssetCommands } from "./commands.ts";
import type { AssetQueries } from "./queries.ts";
import type { FromUrl } from "./schema.ts";
import type { Upload } from "./upload.ts";
import type { UploadsUnderWay } from "./uploads_under_way.ts";
import { assetView } from "./view.ts";
import { waitUntilSettled } from "./wait_until_settled.ts";

/** The dependencies of imports. */
export interface ImportDeps {
  readonly log: EventLog;
  readonly commands: AssetCommands;
  readonly queries: AssetQueries;
  readonly blobs: BlobStore;
  readonly fetcher: Pick<Fetcher, "checkSource">;
  /** The largest upload, in bytes. */
  readonly maxBytes: number;
  /** The wait for an import before its endpoint answers 202, in milliseconds. */
  readonly defaultWaitMs: number;
  /** The number of imports at a time. */
  readonly concurrency: number;
  readonly checkClientScope: CheckClientScope;
  /** True for an Idempotency-Key that was used before; throws when it was used for something else. */
  readonly wasAccepted: (owner: string, claim: IdempotencyClaim) => boolean;
  readonly link: LinkTo;
  readonly quotas: Quotas;
  readonly uploads: UploadsUnderWay;
}

/** A requested import, started now or by an earlier request with the same Idempotency-Key. */
export interface Import {
  readonly identity: Identity;
  readonly id: string;
  readonly replayed: boolean;
}

/** The answer to an import. */
export interface ImportAnswer {
  readonly code: 201 | 202;
  readonly body: ReturnType<typeof envelope<ReturnType<typeof assetView>>>;
}

/** Starts imports of single assets and waits for their results. */
export interface Imports {
  /**
   * Imports an asset from a URL. @throws {AppError} `source_not_allowed`, `validation_failed`, `idempotency_key_reused`
   */
  fromUrl(request: Request, identity: Identity, body: Static<typeof FromUrl>): Promise<Import>;
  /** Imports an uploaded asset. @throws {AppError} `validation_failed`, `idempotency_key_reused`, `quota_exceeded` */
  fromUpload(request: Request, identity: Identity, upload: Omit<Upload, keyof Disposable>): Promise<Import>;
  /** Waits for an import as the client prefers. @throws {AppError} the import's own error */
  answer(context: WaitContext, started: Import): Promise<ImportAnswer>;
}

/** The errors of an import, in the documentation of every endpoint that starts one. */
export const importFailures = failures(
  "source_not_allowed",
  "validation_failed",
  "idempotency_key_reused",
  "quota_exceeded",
  "asset_too_large",
  "body_too_large",
  "request_timeout",
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

/** Creates the imports of single assets. */
export function createImports(deps: ImportDeps): Imports {
  const { log, commands, queries, fetcher, defaultWaitMs, checkClientScope, wasAccepted, link, quotas } = deps;

  /** Fails the later of two different requests that use one new key at the same time. */
  function assertFirst({ owner }: Identity, claim: IdempotencyClaim | undefined): void {
    if (claim) wasAccepted(owner, claim);
  }

  return {
    async fromUrl(request, identity, body) {
      const { name, type, url, tags = [] } = body;
      const idempotency = idempotencyClaim(request, () => ({ do: "import", ...body }));
      const replayed = idempotency !== undefined && wasAccepted(identity.owner, idempotency);
      const place = replayed ? NOWHERE : checkClientScope(identity.owner, body);
      if (!replayed) {
        checkSourceUrls([{ path: "url", url }]);
        fetcher.checkSource(url);
        quotas.checkImports(identity.owner, 1);
      }
      const about = { name: normalLine(name), type, tags: normalLines(tags) };
      const asset = { ...about, source: { kind: "url" as const, url }, ...place };
      const id = await commands.request(identity, asset, {
        idempotency,
        limits: quotas.importLimits(identity.owner),
      });
      assertFirst(identity, idempotency);
      return { identity, id, replayed };
    },
    async fromUpload(request, identity, { fields, name, filename, sentContentType, staged }) {
      const { type = null, tags = [] } = fields;
      const { sha256, sizeBytes } = staged;
      const idempotency = idempotencyClaim(request, () => ({ do: "upload", fields, name, sha256 }));
      const replayed = idempotency !== undefined && wasAccepted(identity.owner, idempotency);
      const place = replayed ? NOWHERE : checkClientScope(identity.owner, fields);
      if (!replayed) quotas.checkImports(identity.owner, 1);
      const about = { name: normalLine(name), type, tags: normalLines(tags) };
      const asset = { ...about, source: { kind: "upload" as const, filename }, ...place };
      const blob = { blobId: blobIdOf(sha256), sha256, sizeBytes, sentContentType };
      const limits = [...quotas.importLimits(identity.owner), ...quotas.storageLimits(identity.owner, sizeBytes)];
      const id = await commands.request(identity, asset, { blob, idempotency, limits });
      assertFirst(identity, idempotency);
      return { identity, id, replayed };
    },
    async answer(context, { identity, id, replayed }) {
      markReplayed(context.set, replayed);
      const { owner } = identity;
      const asset = await waitUntilSettled({ log, queries, owner, id, limits: waitLimits(context, defaultWaitMs) });
      context.set.headers.location = `/api/v3/assets/${id}`;
      return { code: asset.status === "ready" ? 201 : 202, body: envelope(assetView(asset, link), identity.requestId) };
    },
  };
}

/** The client scope of a replayed request, which creates nothing. */
const NOWHERE: CheckedClientScope = { clientId: null, campaignId: null };
