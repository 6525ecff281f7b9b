import { Elysia } from "elysia";
import {
  Enveloped,
  envelope,
  failures,
  type Http,
  markReplayed,
  nullsAreAbsent,
  operation,
  waitLimits,
} from "../http/mod.ts";
import { createBatches } from "./batch.ts";
import type { ImportDeps } from "./imports.ts";
import { AssetBatch, FromUrls } from "./schema.ts";

/** The longest wait of a request, however slow its sources are. */
const LONGEST_WAIT_MS = 3_600_000;

/** Creates the route POST `/assets/from-urls`: up to a hundred imports, each with its own outcome. */
export function bulkRoutes(deps: ImportDeps & { readonly http: Http }) {
  const { http, defaultWaitMs, concurrency } = deps;
  const batches = createBatches(deps);

  return new Elysia({ normalize: false, tags: ["Assets"] }).use(http).post(
    "/from-urls",
    async ({ request, identity, body, set, status, server }) => {
      const batch = await batches.start(request, identity, body);
      markReplayed(set, batch.replayed);
      const rounds = Math.ceil(body.assets.length / concurrency);
      const limits = waitLimits({ request, set, server }, Math.min(defaultWaitMs * rounds, LONGEST_WAIT_MS));
      const { isOver, data } = await batches.outcome(batch, identity.owner, limits);
      return status(isOver ? 200 : 202, envelope(data, identity.requestId));
    },
    {
      body: FromUrls,
      transform: nullsAreAbsent(FromUrls),
      response: {
        200: Enveloped(AssetBatch, "Every import is over. A failed one does not affect the others."),
        202: Enveloped(AssetBatch, "The assets in their current state; the imports continue."),
        ...failures(
          "validation_failed",
          "idempotency_key_reused",
          "malformed_json",
          "body_too_large",
          "request_timeout",
          "unsupported_media_type",
        ),
      },
      detail: operation("importAssetsFromUrls", "Import up to 100 assets from URLs", {
        traits: ["idempotent", "waits"],
      }),
    },
  );
}
