import type { Static } from "@sinclair/typebox";
import { checkSourceUrls } from "../core/check_fields.ts";
import { AppError } from "../core/errors.ts";
import type { Identity } from "../core/identity.ts";
import { normalLine, normalLines } from "../core/schema_kit.ts";
import { idempotentId, waitFor } from "../event_log/mod.ts";
import { idempotencyClaim, type WaitLimits } from "../http/mod.ts";
import type { ImportDeps } from "./imports.ts";
import type { AssetBatch, FromUrls } from "./schema.ts";
import { assetView } from "./view.ts";

/** The imports of one request, in its order. */
export interface Batch {
  readonly items: readonly BatchItem[];
  /** True when an earlier request with the same Idempotency-Key started them. */
  readonly replayed: boolean;
}

/** One import of a batch; `refusal` is the error of one that never became an asset. */
export interface BatchItem {
  readonly id: string;
  readonly refusal: AppError | null;
}

/** The state of a batch after waiting. */
export interface BatchOutcome {
  readonly isOver: boolean;
  readonly data: Static<typeof AssetBatch>;
}

/** Bulk imports, processed by the same worker as single ones. */
export interface Batches {
  /**
   * Requests all assets in one append. A source that is refused before the download becomes no asset, as in a single import.
   *
   * @throws {AppError} `validation_failed`, `idempotency_key_reused`
   */
  start(request: Request, identity: Identity, body: Static<typeof FromUrls>): Promise<Batch>;
  /** Waits until all imports are over or the time has run out. The signal ends the wait, not the imports. */
  outcome(batch: Batch, owner: string, limits: WaitLimits): Promise<BatchOutcome>;
}

/** Creates the bulk imports. */
export function createBatches(deps: Omit<ImportDeps, "blobs" | "maxBytes" | "defaultWaitMs" | "concurrency">): Batches {
  const { log, commands, queries, fetcher, checkClientScope, wasAccepted, link, quotas } = deps;

  function refusalOf(url: string): AppError | null {
    try {
      fetcher.checkSource(url);
      return null;
    } catch (error) {
      if (error instanceof AppError) return error;
      throw error;
    }
  }

  function resultOf(owner: string, { id, refusal }: BatchItem): Static<typeof AssetBatch>["results"][number] {
    const row = queries.find(owner, id);
    if (!row) {
      const { code, message } = refusal ?? new AppError("not_found", `Cannot find asset ${id}: it was deleted`);
      return { asset: null, success: false, error: { code, message } };
    }
    const asset = assetView(row, link);
    return { asset, success: asset.status === "ready", error: asset.error };
  }

  return {
    async start(request, identity, body) {
      const { owner } = identity;
      checkSourceUrls(body.assets.map(({ url }, index) => ({ path: `assets.${index}.url`, url })));
      const idempotency = idempotencyClaim(request, () => ({ do: "import many", ...body }));
      const items = body.assets.map(({ url }, index) => ({
        id: idempotency ? idempotentId({ owner, ...idempotency }, index) : Bun.randomUUIDv7(),
        refusal: refusalOf(url),
      }));
      if (idempotency && wasAccepted(owner, idempotency)) return { items, replayed: true };
      const place = checkClientScope(owner, body);
      const wanted = body.assets.flatMap(({ name, type, url, tags = [] }, index) => {
        const item = items[index];
        if (!item || item.refusal) return [];
        const about = { name: normalLine(name), type, tags: normalLines(tags) };
        return [{ id: item.id, asset: { ...about, source: { kind: "url" as const, url }, ...place } }];
      });
      if (wanted.length > 0) quotas.checkImports(owner, wanted.length);
      const limits = quotas.importLimits(owner);
      const isFirst = await commands.requestAll(identity, wanted, { idempotency, limits });
      // Two different requests may use one new key at the same time; the later one fails here.
      if (idempotency) wasAccepted(owner, idempotency);
      return { items, replayed: !isFirst };
    },
    async outcome({ items }, owner, limits) {
      const open = items.map(({ id }) => id);
      /** Continues where the last call stopped, so that a hundred imports are not read at every commit. */
      function areDone(): boolean {
        for (let id = open.at(-1); id !== undefined; id = open.at(-1)) {
          if (queries.find(owner, id)?.status === "pending") return false;
          open.pop();
        }
        return true;
      }
      const isOver = await waitFor(log, areDone, { until: Boolean, ...limits });
      const results = items.map((item) => resultOf(owner, item));
      const successful = results.filter(({ success }) => success).length;
      const failed = results.filter(({ error }) => error !== null).length;
      return { isOver, data: { results, summary: { total: results.length, successful, failed } } };
    },
  };
}
