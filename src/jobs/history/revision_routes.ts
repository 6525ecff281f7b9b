import { Type } from "@sinclair/typebox";
import { Elysia } from "elysia";
import { notFound } from "../../core/not_found.ts";
import { assertWhole, takeFitting } from "../../core/paging.ts";
import type { EventLog, RecordedEvent } from "../../event_log/mod.ts";
import type { DescribeEvent } from "../../history/mod.ts";
import { Enveloped, failures, type Http, operation, PageQuery, pageRequestOf, pageResponse } from "../../http/mod.ts";
import { jobStream } from "../events.ts";
import type { JobQueries } from "../queries.ts";
import { SceneRevision } from "./revision_schema.ts";
import type { ReadRevisions } from "./revisions.ts";

/** The dependencies of the endpoint. */
export interface RevisionRoutesDeps {
  readonly http: Http;
  readonly log: EventLog;
  readonly queries: JobQueries;
  readonly readRevisions: ReadRevisions;
  readonly describe: DescribeEvent;
}

const description =
  "Oldest first: the event of each revision, its actor and feedback, its changes, and the whole scene. " +
  "A deleted scene keeps its revisions under its id; the last one has no scene.";

/** Creates the routes of `/api/v3/jobs/{id}/scenes/{scene}/revisions`. */
export function revisionRoutes({ http, log, queries, readRevisions, describe }: RevisionRoutesDeps) {
  return new Elysia({ prefix: "/api/v3/jobs", normalize: false, tags: ["Scenes"] }).use(http).get(
    "/:id/scenes/:scene/revisions",
    async ({ request, identity, params, query, set, publicUrl }) => {
      const job = queries.find(identity.owner, params.id);
      if (!job) throw notFound("job");
      const byNumber = queries.scenes(job).find(({ sceneNumber }) => String(sceneNumber) === params.scene);
      const options = {
        jobId: job.id,
        sceneId: byNumber?.id ?? params.scene,
        sentenceOf: (event: RecordedEvent) => describe(event).sentence,
      };
      const all = readRevisions(await log.readStream(jobStream(job.id)), options);
      if (all.length === 0) {
        throw notFound("scene", "the job has no scene with this id or number");
      }
      const pageRequest = pageRequestOf(query);
      const after = pageRequest.by === "cursor" ? pageRequest.before : pageRequest.offset;
      const { items: things, isCut } = takeFitting<(typeof all)[number]>(pageRequest.limit, ({ length }, size) =>
        all.slice(after + length, after + length + size),
      );
      if (isCut) assertWhole(pageRequest, things.length);
      const items = [...things];
      const next = after + items.length < all.length && items.length > 0 ? after + items.length : null;
      const page = { items, next, total: pageRequest.by === "offset" ? all.length : null };
      return pageResponse(items, { page, pageRequest, request, identity, publicUrl, set });
    },
    {
      params: Type.Object({ id: Type.String(), scene: Type.String({ description: "A scene's id or its number." }) }),
      query: Type.Object(PageQuery),
      response: {
        200: Enveloped(Type.Array(SceneRevision), "A page of revisions, oldest first."),
        ...failures("not_found", "validation_failed"),
      },
      detail: operation("listSceneRevisions", "List the revisions of a scene", { description, traits: ["paged"] }),
    },
  );
}
