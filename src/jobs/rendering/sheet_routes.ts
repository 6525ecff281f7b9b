import { Type } from "@sinclair/typebox";
import { Elysia } from "elysia";
import { AppError } from "../../core/errors.ts";
import { createFairSemaphore } from "../../core/fair_semaphore.ts";
import type { Identity } from "../../core/identity.ts";
import { found } from "../../core/not_found.ts";
import { contentDisposition, etagOf, isNotModified, operation, SignedQuery } from "../../http/mod.ts";
import { MEDIA_TYPES } from "../../media/mod.ts";
import type { JobRoutesDeps } from "../routes_deps.ts";
import type { JobRow } from "../view.ts";
import { contactSheetOf } from "./contact_sheet.ts";

const JobParams = Type.Object({ id: Type.String() });
const PNG = MEDIA_TYPES.png;

/** Creates the route `/api/v3/jobs/{id}/storyboard.png`. */
export function sheetRoutes(deps: JobRoutesDeps) {
  const { http, queries, renderer } = deps;
  // One place is always left for other owners.
  const sheets = createFairSemaphore(renderer.sheetsAtOnce, { atOnce: Math.max(1, renderer.sheetsAtOnce - 1) });

  function present(identity: Identity, id: string): JobRow {
    return found(queries.find(identity.owner, id), "job");
  }

  return new Elysia({ normalize: false, tags: ["Jobs"] }).use(http).get(
    "/:id/storyboard.png",
    async ({ request, identity, params: { id }, server }) => {
      const job = present(identity, id);
      if (queries.scenes(job).length === 0) {
        throw new AppError("not_found", "Cannot draw the storyboard of this job: it has no scenes yet");
      }
      const etag = etagOf(job);
      const headers = new Headers({
        ETag: etag,
        "Cache-Control": "private, no-cache",
        // Lets pages of other origins show this in an <img>.
        "Cross-Origin-Resource-Policy": "cross-origin",
      });
      if (isNotModified(request, etag)) {
        return new Response(null, { status: 304, headers });
      }
      headers.set("Content-Type", PNG.contentType);
      const disposition = contentDisposition(`${job.request.adBasics.product} storyboard`, {
        inline: true,
        extension: PNG.extension,
      });
      headers.set("Content-Disposition", disposition);
      // Content-Length would need the drawing, so HEAD omits it.
      if (request.method === "HEAD") return new Response(null, { headers });
      server?.timeout(request, 0);
      const png = await contactSheetOf(id, {
        ...deps,
        owner: identity.owner,
        storedAsset: (assetId) => deps.storedAsset(identity.owner, assetId),
        enter: (signal) => sheets.enter(identity.owner, signal),
        signal: request.signal,
      });
      return new Response(png, { headers });
    },
    {
      params: JobParams,
      query: SignedQuery,
      detail: operation("getJobStoryboardSheet", "All scenes on one sheet, as a PNG", {
        traits: ["cached"],
        codes: ["not_found"],
        answers: {
          200: {
            description: "A PNG.",
            content: { [PNG.contentType]: Type.String({ format: "binary" }) },
            example: "\u0089PNG",
          },
        },
      }),
    },
  );
}
