import type { Static } from "@sinclair/typebox";
import { isErrorCode } from "../core/errors.ts";
import { lowerFirst } from "../core/lower_first.ts";
import { type CachedJson, etagOf, type LinkTo, linksSameUntil } from "../http/mod.ts";
import { redactUrl } from "../net/mod.ts";
import { languageWarnings, scriptWarnings, transitionOf } from "../storyboard/mod.ts";
import { outputViews } from "./rendering/output_view.ts";
import { dollars } from "./requests/costs.ts";
import type { Job, Scene } from "./schema.ts";
import type { jobScenes, jobs } from "./tables.ts";
import { allowedActions, STEPS } from "./workflow.ts";

/** A row of the read table. */
export type JobRow = typeof jobs.$inferSelect;
/** A row of the read table. */
export type SceneRow = typeof jobScenes.$inferSelect;

/** The parts of a job's view. */
export interface JobParts {
  readonly job: JobRow;
  readonly scenes: readonly SceneRow[];
  /** The number of assets that are neither ready nor failed. */
  readonly waiting: number;
  /** True while a scene is being regenerated. */
  readonly isRegenerating: boolean;
  /** True when the job failed at its assets and one of them can never become ready. */
  readonly isRetryVain: boolean;
}

/** The options of a view; `now` in milliseconds since 1970. */
export interface JobViewOptions {
  readonly link: LinkTo;
  readonly now?: number;
}

/** Returns the view of a job. */
export function jobView(parts: JobParts, { link, now = Date.now() }: JobViewOptions): Static<typeof Job> {
  const { job, scenes, isRegenerating, isRetryVain } = parts;
  const { request, production } = job;
  const outputs = outputViews(job, link);
  const [first] = outputs;
  return {
    id: job.id,
    userId: job.owner,
    clientId: job.clientId,
    campaignId: job.campaignId,
    status: job.status,
    allowedActions: allowedActions(job.status, { isRegenerating, isRetryVain }),
    progress: progressOf(parts, now),
    context: request.context,
    adBasics: request.adBasics,
    creative: shown(request.creative),
    advanced: request.advanced ?? null,
    generateAudio: request.generateAudio ?? (production.voice !== null || production.music !== null),
    videoSpecs: job.specs,
    assetIds: job.assets.map(({ assetId }) => assetId),
    scenes: scenes.map(sceneView),
    outputs,
    videoUrl: first?.videoUrl ? link(`/api/v3/jobs/${job.id}/video`) : null,
    thumbnailUrl: first?.thumbnailUrl ? link(`/api/v3/jobs/${job.id}/thumbnail`) : null,
    ...soundUrls(job, link),
    storyboardUrl: scenes.length > 0 ? link(`/api/v3/jobs/${job.id}/storyboard.png`) : null,
    warnings: job.sound === null ? storyboardWarnings(parts) : warningsOf(job),
    error: errorOf(job),
    estimatedCost: job.estimatedCost,
    actualCost: job.actualCost === null ? null : dollars(job.actualCost),
    currency: "USD",
    version: job.version,
    createdAt: job.createdAt,
    updatedAt: job.updatedAt,
  };
}

function soundUrls({ id, sound }: JobRow, link: LinkTo): Pick<Static<typeof Job>, "captionsUrl" | "audioUrl"> {
  const url = (isThere: boolean, path: string) => (isThere ? link(`/api/v3/jobs/${id}/${path}`) : null);
  return {
    captionsUrl: { srt: url(sound !== null, "captions.srt"), vtt: url(sound !== null, "captions.vtt") },
    audioUrl: {
      voice: url(Boolean(sound?.voice), "audio/voice.wav"),
      music: url(Boolean(sound?.music), "audio/music.wav"),
      mix: url(sound !== null, "audio/mix.wav"),
    },
  };
}

/** Returns the warnings of the sound and of every output, each once. */
function warningsOf({ sound, outputs }: JobRow): Static<typeof Job>["warnings"] {
  const all = [
    ...(sound?.warnings ?? []),
    ...outputs.flatMap(({ video }) => video?.warnings ?? []),
    ...outputs.flatMap(({ name, error }) =>
      error
        ? [{ sceneNumber: null, message: `The output '${name}' could not be made: ${lowerFirst(error.message)}` }]
        : [],
    ),
  ];
  return [...new Map(all.map((warning) => [`${warning.sceneNumber} ${warning.message}`, warning])).values()];
}

/** Returns what people should know before they approve: scripts in another language, or too long for their scenes. */
function storyboardWarnings({ job: { request, production }, scenes }: JobParts): Static<typeof Job>["warnings"] {
  if (scenes.length === 0) return [];
  const { creative, adBasics } = request;
  const wanted = creative.language ?? null;
  return [
    ...(wanted === null ? [] : languageWarnings(scenes, { wanted, adBasics })),
    ...(production.voice === null ? [] : scriptWarnings(scenes, production.language)),
  ];
}

type Creative = JobRow["request"]["creative"];

/** Redacts signatures in URLs. Events keep whole URLs, because a retry needs them. */
function shown(creative: Creative): Creative {
  if (creative.assets === undefined) return creative;
  const assets = creative.assets.map((asset) =>
    typeof asset.url === "string" ? { ...asset, url: redactUrl(asset.url) } : asset,
  );
  return { ...creative, assets };
}

/** Returns the view of a scene. */
export function sceneView(scene: SceneRow): Static<typeof Scene> {
  const { version: _version, transition, ...view } = scene;
  return { ...view, transition: transitionOf(transition) };
}

/** Returns the view of a job as JSON for the response cache. */
export function readyJob(parts: JobParts, options: JobViewOptions): CachedJson {
  const view = jobView(parts, options);
  return { text: JSON.stringify(view), etag: etagOf(parts.job), sameUntil: sameUntil(parts.job, view) };
}

/** Returns the time until which a view stays valid: import progress and estimates change without a new version. */
function sameUntil({ status, failedStep, updatedAt }: JobRow, view: Static<typeof Job>): number {
  if (status === "pending" || failedStep === "assets") return 0;
  const { estimatedCompletion } = view.progress;
  return Math.min(
    linksSameUntil([view.videoUrl, view.captionsUrl.srt, view.storyboardUrl], updatedAt),
    estimatedCompletion === null ? Number.POSITIVE_INFINITY : Date.parse(estimatedCompletion),
  );
}

function errorOf({ errorCode, errorMessage, errorAssetId }: JobRow): Static<typeof Job>["error"] {
  if (!isErrorCode(errorCode)) return null;
  return { code: errorCode, message: errorMessage ?? "", ...(errorAssetId === null ? {} : { assetId: errorAssetId }) };
}

/** The percentage at which each step begins. */
const BEGINS = { assets: 0, planning: 30, approval: 50, rendering: 55, end: 100 } as const;

function progressOf(parts: JobParts, now: number): Static<typeof Job>["progress"] {
  const { job } = parts;
  const currentStep = job.isSpeaking ? "recording_voice" : STEPS[job.status];
  return { currentStep, percentage: Math.floor(percentageOf(parts)), estimatedCompletion: completionOf(job, now) };
}

function percentageOf({ job, scenes, waiting }: JobParts): number {
  switch (job.status) {
    case "pending":
      return imported(job, waiting);
    case "storyboard_processing":
      return BEGINS.planning;
    case "storyboard_ready":
      return BEGINS.approval;
    case "video_processing":
      return rendered(job);
    case "completed":
      return BEGINS.end;
    case "failed":
    case "cancelled":
      // The progress at the end of the job.
      if (job.renderStartedAt !== null) return rendered(job);
      if (scenes.length > 0) return BEGINS.approval;
      // Ready assets have a cost, which may be zero.
      if (job.actualCost !== null) return BEGINS.planning;
      return imported(job, job.failedStep === "assets" ? waiting + 1 : waiting);
  }
}

function imported({ assets }: JobRow, waiting: number): number {
  const done = assets.length === 0 ? 0 : Math.max(0, assets.length - waiting) / assets.length;
  return BEGINS.assets + (BEGINS.planning - BEGINS.assets) * done;
}

/** Stays below 100, which only a stored video has. */
function rendered({ renderFraction }: JobRow): number {
  return BEGINS.rendering + (BEGINS.end - 1 - BEGINS.rendering) * (renderFraction ?? 0);
}

/**
 * Extrapolates the end of a render. Earlier steps depend on other servers, a model or users, so they have no estimate,
 * and a past estimate was wrong.
 */
function completionOf({ status, renderStartedAt, renderFraction, renderNotedAt }: JobRow, now: number): string | null {
  if (status !== "video_processing" || !renderStartedAt || !renderNotedAt || !renderFraction) return null;
  const started = Date.parse(renderStartedAt);
  const end = started + (Date.parse(renderNotedAt) - started) / renderFraction;
  return end > now ? new Date(end).toISOString() : null;
}
