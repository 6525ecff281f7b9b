import type { Static } from "@sinclair/typebox";
import { Type } from "@sinclair/typebox";
import { Elysia } from "elysia";
import type { Identity } from "../core/identity.ts";
import { found } from "../core/not_found.ts";
import { assertWhole, takeFitting } from "../core/paging.ts";
import { waitFor } from "../event_log/mod.ts";
import { AtQuery } from "../history/mod.ts";
import {
  type AnswerSet,
  cachedResponse,
  Enveloped,
  envelope,
  etagOf,
  failures,
  idempotencyClaim,
  JSON_BODY_CODES,
  markReplayed,
  nullsAreAbsent,
  operation,
  pageRequestOf,
  pageResponse,
  preconditionOf,
  type WaitLimits,
  waitLimits,
} from "../http/mod.ts";
import { REGENERATION_CODES, waitForRegeneration } from "./planning/regeneration.ts";
import { mediaRoutes } from "./rendering/media_routes.ts";
import { sheetRoutes } from "./rendering/sheet_routes.ts";
import { takeAction } from "./requests/actions.ts";
import { ActionRequest, CreateJob, JobQuery } from "./requests/request_schema.ts";
import type { JobRoutesDeps } from "./routes_deps.ts";
import { sceneRoutes } from "./scenes/scene_routes.ts";
import { Estimate, Job } from "./schema.ts";
import { type JobRow, jobView, readyJob } from "./view.ts";
import { isSettled } from "./workflow.ts";

const JobParams = Type.Object({ id: Type.String() });
const OneJob = Enveloped(Job, "The job.");
const BusyJob = Enveloped(Job, "The job as it is now; its work continues.");
const bodyFailures = [...JSON_BODY_CODES, "validation_failed"] as const;

/** The validity of a dry run's price. */
const ESTIMATE_VALID_MS = 3_600_000;

/** Creates the routes of `/api/v3/jobs`. */
export function jobRoutes(deps: JobRoutesDeps) {
  const { http, log, commands, queries, asOf, defaultWaitMs, responseCache } = deps;

  function present(identity: Identity, id: string): JobRow {
    return found(queries.find(identity.owner, id), "job");
  }

  function viewed(job: JobRow, identity: Identity) {
    return envelope(jobView(queries.parts(job), deps), identity.requestId);
  }

  async function settled({ owner }: Identity, id: string, limits: WaitLimits) {
    const until = (job: JobRow | undefined) => !job || isSettled(job);
    return found(await waitFor(log, () => queries.find(owner, id), { until, ...limits }), "job");
  }

  async function asItWas(identity: Identity, id: string, { at, set }: { at: string; set: AnswerSet }) {
    const parts = found(await asOf.find(identity.owner, id, at), "job");
    set.headers.etag = etagOf(parts.job);
    return envelope(jobView(parts, deps), identity.requestId);
  }

  return new Elysia({ prefix: "/api/v3/jobs", normalize: false, tags: ["Jobs"] })
    .use(http)
    .post(
      "/",
      async ({ request, identity, body, set, status, server }) => {
        const idempotency = idempotencyClaim(request, () => ({ do: "create job", ...body }));
        const { id, replayed } = await commands.create(identity, body, idempotency);
        markReplayed(set, replayed);
        const limits = waitLimits({ request, set, server }, 0);
        const job = await settled(identity, id, limits);
        set.headers.location = `/api/v3/jobs/${id}`;
        set.headers.etag = etagOf(job);
        return status(isSettled(job) && limits.timeoutMs > 0 ? 200 : 202, viewed(job, identity));
      },
      {
        body: CreateJob,
        transform: nullsAreAbsent(CreateJob),
        response: {
          200: OneJob,
          202: BusyJob,
          ...failures(...bodyFailures, "source_not_allowed", "idempotency_key_reused"),
        },
        detail: operation("createJob", "Create a job from a brief and assets", {
          traits: ["idempotent", "waits", "located", "versioned"],
        }),
      },
    )
    .post(
      "/dry-run",
      ({ identity, body }) => {
        const validUntil = new Date(Date.now() + ESTIMATE_VALID_MS).toISOString();
        return envelope({ ...commands.estimate(identity, body), validUntil }, identity.requestId);
      },
      {
        body: CreateJob,
        transform: nullsAreAbsent(CreateJob),
        response: { 200: Enveloped(Estimate, "The price."), ...failures(...bodyFailures, "source_not_allowed") },
        detail: operation("priceJob", "Price a job without creating it"),
      },
    )
    .get(
      "/",
      ({ request, identity, query, set, publicUrl }) => {
        const pageRequest = pageRequestOf(query);
        const rows = queries.list(identity.owner, query, pageRequest);
        // Scenes are read in batches, because a job's scenes can be as large as the job.
        const { items: things, isCut } = takeFitting<Static<typeof Job>>(rows.items.length, ({ length }, size) =>
          queries.partsOf(rows.items.slice(length, length + size)).map((parts) => jobView(parts, deps)),
        );
        if (isCut) assertWhole(pageRequest, things.length);
        const items = [...things];
        const next = isCut ? (rows.items[items.length - 1]?.position ?? null) : rows.next;
        const page = { ...rows, items, next };
        return pageResponse(items, { page, pageRequest, request, identity, publicUrl, set });
      },
      {
        query: JobQuery,
        response: {
          200: Enveloped(Type.Array(Job), "A page of jobs, newest first."),
          ...failures("validation_failed"),
        },
        detail: operation("listJobs", "List jobs", { traits: ["paged"] }),
      },
    )
    .get(
      "/:id",
      ({ request, identity, params: { id }, query: { at }, set }) => {
        if (at !== undefined) return asItWas(identity, id, { at, set });
        const ready = responseCache.json(identity.owner, `jobs/${id}`, () =>
          readyJob(queries.parts(present(identity, id)), deps),
        );
        return cachedResponse(ready, { request, requestId: identity.requestId, set });
      },
      {
        params: JobParams,
        query: AtQuery,
        response: { 200: OneJob, ...failures("not_found", "validation_failed") },
        detail: operation(
          "getJob",
          "Read a job with its scenes, progress, cost and error, now or as of a past moment",
          {
            traits: ["cached"],
          },
        ),
      },
    )
    .post(
      "/:id/actions",
      async ({ request, identity, params: { id }, body, set, status, server }) => {
        present(identity, id);
        const idempotency = idempotencyClaim(request, () => ({ do: "act", id, ...body }));
        const options = { idempotency, precondition: preconditionOf(request) };
        const { replayed, isAsync, regenerating } = await takeAction(body, { identity, id, log, commands, options });
        markReplayed(set, replayed);
        const limits = waitLimits({ request, set, server }, isAsync ? 0 : defaultWaitMs);
        const isWaiting = limits.timeoutMs > 0;
        const isOver =
          regenerating === null ||
          (isWaiting && (await waitForRegeneration(regenerating, { log, queries, id, ...limits })));
        const job = isAsync ? await settled(identity, id, limits) : present(identity, id);
        set.headers.etag = etagOf(job);
        const isDone = isOver && (!isAsync || (isWaiting && isSettled(job)));
        return status(isDone ? 200 : 202, viewed(job, identity));
      },
      {
        params: JobParams,
        body: ActionRequest,
        transform: nullsAreAbsent(ActionRequest),
        response: {
          200: OneJob,
          202: BusyJob,
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
        detail: operation("actOnJob", "Approve, reject, regenerate, retry or cancel", {
          traits: ["idempotent", "waits", "versioned", "guarded"],
        }),
      },
    )
    .use(mediaRoutes(deps))
    .use(sheetRoutes(deps))
    .use(sceneRoutes(deps));
}
