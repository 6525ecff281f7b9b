import type { Static } from "@sinclair/typebox";
import { isErrorCode } from "../errors.ts";
import type { Job, Scene } from "./schema.ts";
import type { jobScenes, jobs } from "./tables.ts";
import { ALLOWED_ACTIONS, type JobStatus } from "./workflow.ts";

/** A row of the read table. */
export type JobRow = typeof jobs.$inferSelect;
/** A row of the read table. */
export type SceneRow = typeof jobScenes.$inferSelect;

/** What a job's answer is made of. */
export interface JobParts {
  readonly job: JobRow;
  readonly scenes: readonly SceneRow[];
  /** How many of its assets a pending job still waits for. */
  readonly waiting: number;
}

/** A job as HTTP answers it. */
export function jobView({ job, scenes, waiting }: JobParts): Static<typeof Job> {
  const { request, video } = job;
  return {
    id: job.id,
    userId: job.owner,
    clientId: job.clientId,
    campaignId: job.campaignId,
    status: job.status,
    allowedActions: [...ALLOWED_ACTIONS[job.status]],
    progress: progressOf(job, waiting),
    context: request.context,
    adBasics: request.adBasics,
    creative: request.creative,
    advanced: request.advanced ?? null,
    generateAudio: request.generateAudio ?? false,
    videoSpecs: job.specs,
    assetIds: job.assets.map(({ assetId }) => assetId),
    scenes: scenes.map(sceneView),
    videoUrl: video === null ? null : `/api/v3/jobs/${job.id}/video`,
    thumbnailUrl: video?.thumbnail ? `/api/v3/jobs/${job.id}/thumbnail` : null,
    warnings: video?.warnings ?? [],
    error: errorOf(job),
    estimatedCost: job.estimatedCost,
    actualCost: job.actualCost === null ? null : Math.round(job.actualCost * 1e6) / 1e6,
    currency: "USD",
    version: job.version,
    createdAt: job.createdAt,
    updatedAt: job.updatedAt,
  };
}

/** A scene as HTTP answers it. */
export function sceneView(scene: SceneRow): Static<typeof Scene> {
  const { version: _version, failedRevision: _revision, failureCode: _code, failureMessage: _message, ...view } = scene;
  return view;
}

/** The ETag of a version. */
export function etagOf({ version }: { readonly version: number }): string {
  return `"${version}"`;
}

function errorOf({ errorCode, errorMessage, errorAssetId }: JobRow): Static<typeof Job>["error"] {
  if (!isErrorCode(errorCode)) return null;
  return { code: errorCode, message: errorMessage ?? "", ...(errorAssetId === null ? {} : { assetId: errorAssetId }) };
}

const STEPS: Readonly<Record<JobStatus, string>> = {
  pending: "importing_assets",
  storyboard_processing: "planning_storyboard",
  storyboard_ready: "awaiting_approval",
  video_processing: "rendering_video",
  completed: "completed",
  failed: "failed",
  cancelled: "cancelled",
};

/** Where each step begins, in percent. */
const BEGINS = { assets: 0, planning: 30, approval: 50, rendering: 55, end: 100 } as const;

function progressOf(job: JobRow, waiting: number): Static<typeof Job>["progress"] {
  const currentStep = STEPS[job.status];
  return { currentStep, percentage: percentageOf(job, waiting), estimatedCompletion: completionOf(job) };
}

function percentageOf(job: JobRow, waiting: number): number {
  const { assets, planning, approval, rendering, end } = BEGINS;
  const rendered = Math.floor(rendering + (end - 1 - rendering) * (job.renderFraction ?? 0));
  switch (job.status) {
    case "pending": {
      const done = job.assets.length === 0 ? 1 : (job.assets.length - waiting) / job.assets.length;
      return Math.floor(assets + (planning - assets) * done);
    }
    case "storyboard_processing":
      return planning;
    case "storyboard_ready":
      return approval;
    case "video_processing":
      return rendered;
    case "completed":
      return end;
    case "failed":
      return job.failedStep === "rendering" ? rendered : job.failedStep === "planning" ? planning : assets;
    case "cancelled":
      return job.renderStartedAt === null ? assets : rendered;
  }
}

/** Only a render says how fast it goes; before it, the time depends on other servers, a model, or people. */
function completionOf({ status, renderStartedAt, renderFraction, renderNotedAt }: JobRow): string | null {
  if (status !== "video_processing" || !renderStartedAt || !renderNotedAt || !renderFraction) return null;
  const started = Date.parse(renderStartedAt);
  return new Date(started + (Date.parse(renderNotedAt) - started) / renderFraction).toISOString();
}
