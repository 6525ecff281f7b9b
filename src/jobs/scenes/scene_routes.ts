import { Type } from "@sinclair/typebox";
import { Elysia } from "elysia";
import { checkFields } from "../../core/check_fields.ts";
import type { Identity } from "../../core/identity.ts";
import { found, notFound } from "../../core/not_found.ts";
import { Deleted } from "../../core/schema_kit.ts";
import { AtQuery } from "../../history/mod.ts";
import {
  assertModified,
  assertPreconditions,
  Enveloped,
  envelope,
  etagOf,
  failures,
  idempotencyClaim,
  JSON_BODY_CODES,
  markReplayed,
  nullsAreAbsent,
  operation,
  waitLimits,
} from "../../http/mod.ts";
import { REGENERATION_CODES, waitForRegeneration } from "../planning/regeneration.ts";
import { regenerate } from "../requests/actions.ts";
import { inTenths } from "../requests/new_job.ts";
import { RegenerateScene, SceneEdit } from "../requests/request_schema.ts";
import type { JobRoutesDeps } from "../routes_deps.ts";
import { Scene } from "../schema.ts";
import { type JobRow, type SceneRow, sceneView } from "../view.ts";

const SceneParams = Type.Object({
  id: Type.String(),
  scene: Type.String({ description: "A scene's id or its number." }),
});
const OneScene = Enveloped(Scene, "The scene.");
const bodyFailures = [...JSON_BODY_CODES, "validation_failed"] as const;
const editFailures = failures(...bodyFailures, "not_found", "wrong_state", "conflict", "precondition_failed");

/** Creates the routes of `/api/v3/jobs/{id}/scenes`. Scenes can be edited until the storyboard is approved. */
export function sceneRoutes({ http, log, commands, queries, asOf, defaultWaitMs }: JobRoutesDeps) {
  function scenesOf(identity: Identity, jobId: string): { readonly job: JobRow; readonly scenes: readonly SceneRow[] } {
    const job = found(queries.find(identity.owner, jobId), "job");
    return { job, scenes: queries.scenes(job) };
  }

  function present(identity: Identity, { id, scene }: { id: string; scene: string }): SceneRow {
    const { scenes } = scenesOf(identity, id);
    const row = scenes.find((each) => each.id === scene) ?? scenes.find((each) => String(each.sceneNumber) === scene);
    if (!row) throw notFound("scene", "the job has no scene with this id or number");
    return row;
  }

  /** Checks preconditions against the scene's own ETag, so that edits of other scenes do not interfere. */
  function unchanged(request: Request, identity: Identity, params: { id: string; scene: string }) {
    return () => {
      if (!request.headers.has("if-match") && !request.headers.has("if-none-match")) return;
      assertPreconditions(request, etagOf(present(identity, params)));
    };
  }

  return new Elysia({ prefix: "/:id/scenes", normalize: false, tags: ["Scenes"] })
    .use(http)
    .get(
      "/",
      async ({ request, identity, params: { id }, query: { at }, set }) => {
        const { job, scenes } =
          at === undefined ? scenesOf(identity, id) : found(await asOf.find(identity.owner, id, at), "job");
        set.headers.etag = etagOf(job);
        assertModified(request, etagOf(job));
        return envelope({ scenes: scenes.map(sceneView) }, identity.requestId);
      },
      {
        params: Type.Object({ id: Type.String() }),
        query: AtQuery,
        response: {
          200: Enveloped(Type.Object({ scenes: Type.Array(Scene) }), "The scenes in order."),
          ...failures("not_found", "validation_failed"),
        },
        detail: operation("listScenes", "List a job's scenes, now or as of a past moment", {
          description: "The ETag is the job's version.",
          traits: ["cached"],
        }),
      },
    )
    .get(
      "/:scene",
      ({ request, identity, params, set }) => {
        const scene = present(identity, params);
        set.headers.etag = etagOf(scene);
        assertModified(request, etagOf(scene));
        return envelope(sceneView(scene), identity.requestId);
      },
      {
        params: SceneParams,
        response: { 200: OneScene, ...failures("not_found") },
        detail: operation("getScene", "Read a scene", { traits: ["cached"] }),
      },
    )
    .put(
      "/:scene",
      async ({ request, identity, params, body, set }) => {
        const { id: sceneId } = present(identity, params);
        if (body.duration !== undefined) inTenths(body.duration);
        checkFields({ objects: { metadata: body.metadata } });
        const precondition = unchanged(request, identity, params);
        await commands.run(
          identity,
          params.id,
          { do: "update scene", scene: sceneId, changes: body },
          { precondition },
        );
        const scene = present(identity, { ...params, scene: sceneId });
        set.headers.etag = etagOf(scene);
        return envelope(sceneView(scene), identity.requestId);
      },
      {
        params: SceneParams,
        body: SceneEdit,
        transform: nullsAreAbsent(SceneEdit),
        response: { 200: OneScene, ...editFailures },
        detail: operation("updateScene", "Edit a scene; a changed duration is taken from or given to the others", {
          traits: ["versioned", "guarded"],
        }),
      },
    )
    .delete(
      "/:scene",
      async ({ request, identity, params }) => {
        const { id: sceneId } = present(identity, params);
        const precondition = unchanged(request, identity, params);
        await commands.run(identity, params.id, { do: "delete scene", scene: sceneId }, { precondition });
        return envelope({ id: sceneId, message: "The scene was deleted" }, identity.requestId);
      },
      {
        params: SceneParams,
        response: { 200: Enveloped(Deleted, "The scene was deleted."), ...editFailures },
        detail: operation("deleteScene", "Delete a scene; the others take its time", { traits: ["guarded"] }),
      },
    )
    .post(
      "/:scene/regenerate",
      async ({ request, identity, params, body, set, status, server }) => {
        const { id } = params;
        const idempotency = idempotencyClaim(request, () => ({ do: "regenerate", ...params, ...body }));
        // Numbers shift after a deletion, so a replay uses the scene of the first request.
        const first = idempotency && (await commands.findReplay(identity, id, idempotency));
        const sceneId = first?.sceneId ?? present(identity, params).id;
        const options = { idempotency, precondition: unchanged(request, identity, params) };
        const { replayed, regenerating } = await regenerate(sceneId, body, { identity, id, log, commands, options });
        markReplayed(set, replayed);
        const limits = waitLimits({ request, set, server }, defaultWaitMs);
        const isOver =
          limits.timeoutMs > 0 && (await waitForRegeneration(regenerating, { log, queries, id, ...limits }));
        const scene = present(identity, { id, scene: sceneId });
        set.headers.etag = etagOf(scene);
        return status(isOver ? 200 : 202, envelope(sceneView(scene), identity.requestId));
      },
      {
        params: SceneParams,
        body: RegenerateScene,
        transform: nullsAreAbsent(RegenerateScene),
        response: {
          200: OneScene,
          202: Enveloped(Scene, "The scene as it is now; it is being regenerated."),
          ...failures(
            ...bodyFailures,
            "not_found",
            "wrong_state",
            "conflict",
            "precondition_failed",
            "idempotency_key_reused",
            ...REGENERATION_CODES,
          ),
        },
        detail: operation("regenerateScene", "Regenerate a scene, with feedback and constraints", {
          traits: ["idempotent", "waits", "versioned", "guarded"],
        }),
      },
    );
}
