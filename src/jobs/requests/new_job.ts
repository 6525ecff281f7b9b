import type { Static } from "@sinclair/typebox";
import { checkFields } from "../../core/check_fields.ts";
import type { CheckClientScope } from "../../core/client_scope.ts";
import { invalid } from "../../core/validation_errors.ts";
import type { Speaker } from "../../speech/mod.ts";
import {
  acceptStoryboard,
  isInTenths,
  type SceneBounds,
  type ScenePlanner,
  sumOf,
  toTenths,
} from "../../storyboard/mod.ts";
import type { JobCreated, VideoSpecs } from "../events.ts";
import { firstBriefOf } from "../planning/job_brief.ts";
import { type CostEstimate, estimateCost } from "./costs.ts";
import { productionFor, shapeFor } from "./production.ts";
import type { CreateJob } from "./request_schema.ts";
import { type Import, type ResolveAssetsDeps, resolveAssets } from "./resolve_assets.ts";

/** The dependencies of a new job. */
export interface NewJobDeps extends Omit<ResolveAssetsDeps, "newAssetId"> {
  readonly planner: ScenePlanner;
  /** The voice, with its price for estimates. */
  readonly speaker: Pick<Speaker, "provider" | "model" | "voices">;
  readonly sceneBounds: SceneBounds;
  readonly checkClientScope: CheckClientScope;
  readonly brandOf: (owner: string, clientId: string) => Record<string, unknown> | null;
}

/** A validated new job. */
export interface NewJob {
  readonly data: Static<typeof JobCreated.schema>;
  readonly imports: readonly Import[];
  readonly estimate: CostEstimate;
}

/** The default duration of a video. */
const DEFAULT_SECONDS = 30;

/**
 * Validates a request and returns the job that it would create, with its assets and price. Writes nothing.
 *
 * @param newAssetId returns the id of the asset for the n-th new URL
 * @throws {AppError} `validation_failed`, `source_not_allowed`
 */
export function newJob(
  owner: string,
  request: CreateJob,
  { newAssetId, ...deps }: NewJobDeps & { readonly newAssetId: (index: number) => string },
): NewJob {
  const { clientId, campaignId = null } = request.context;
  deps.checkClientScope(owner, { clientId, campaignId }, { at: "context" });
  const specs = specsOf(request);
  const production = productionFor(request, { specs, voices: deps.speaker.voices });
  checkFields({ objects: objectsOf(request) });
  const { used, imports, facts } = resolveAssets(owner, request.creative.assets ?? [], { ...deps, newAssetId });
  const brand = deps.brandOf(owner, clientId);
  const creative = withAssetIds(request.creative, imports);
  const { sceneBounds } = deps;
  const beginning = { request: { ...request, creative }, specs, assets: used, brand, sceneBounds, production };
  const brief = firstBriefOf(beginning, facts);
  // An invalid storyboard is rejected before the imports.
  if (creative.storyboard) acceptStoryboard(creative.storyboard, brief);
  const estimate = estimateCost({
    importedAssets: imports.length,
    specs,
    outputs: production.outputs,
    voice: production.voice && voiceEstimate(deps.speaker),
    provider: creative.storyboard ? "given" : deps.planner.name,
    planning: creative.storyboard ? { cost: 0, currency: "USD", model: "given" } : deps.planner.estimate(brief),
  });
  return { data: { ...beginning, estimatedCost: estimate.estimatedCost }, imports, estimate };
}

/** Estimates the cost of a voice: those of this machine are free, and the price of a vendor's is unknown. */
function voiceEstimate({ provider, model }: NewJobDeps["speaker"]): CostEstimate["breakdown"]["voice"] {
  return { provider, model, cost: provider === "flite" || provider === "command" ? 0 : null };
}

/**
 * Returns the video's specs. Its length is that of `videoSpecs`, else of `advanced`, else of a given storyboard, else the
 * default.
 */
function specsOf(request: CreateJob): VideoSpecs {
  const { format, resolution } = shapeFor(request);
  const { seconds, path } = lengthOf(request);
  const duration = inTenths(seconds, path);
  if (duration < 3 || duration > 180) {
    throw invalid([{ path, message: `The video must last 3 to 180 seconds, not ${duration}` }]);
  }
  return { duration, format, resolution };
}

function lengthOf({ creative, advanced }: Pick<CreateJob, "creative" | "advanced">): { seconds: number; path: string } {
  const asked = creative.videoSpecs?.duration;
  if (asked !== undefined) return { seconds: asked, path: "creative.videoSpecs.duration" };
  if (advanced?.duration !== undefined) return { seconds: advanced.duration, path: "advanced.duration" };
  const path = "creative.storyboard.scenes";
  if (!creative.storyboard) return { seconds: DEFAULT_SECONDS, path };
  const durations = creative.storyboard.scenes.map(({ duration }, at) => inTenths(duration, `${path}.${at}.duration`));
  return { seconds: sumOf(durations), path };
}

/** Returns the free-form objects of a request by path. */
function objectsOf({ creative, advanced }: CreateJob): Record<string, object | undefined> {
  const scenes = creative.storyboard?.scenes ?? [];
  return {
    "advanced.modelPreferences": advanced?.modelPreferences,
    ...Object.fromEntries(scenes.map(({ metadata }, at) => [`creative.storyboard.scenes.${at}.metadata`, metadata])),
  };
}

/**
 * Returns a duration of a body in seconds, without floating-point drift.
 *
 * @throws {AppError} `validation_failed` when it is not a whole number of tenths
 */
export function inTenths(seconds: number, path = "duration"): number {
  if (!isInTenths(seconds)) throw invalid([{ path, message: "must be a whole number of tenths of a second" }]);
  return toTenths(seconds) / 10;
}

/** Replaces URLs in a given storyboard with the ids of the assets that the request imports. */
function withAssetIds(creative: CreateJob["creative"], imports: readonly Import[]): CreateJob["creative"] {
  if (!creative.storyboard) return creative;
  const byUrl = new Map(imports.map(({ url, assetId }) => [url, assetId]));
  const scenes = creative.storyboard.scenes.map((scene) =>
    scene.assets ? { ...scene, assets: scene.assets.map((name) => byUrl.get(name) ?? name) } : scene,
  );
  return { ...creative, storyboard: { scenes } };
}
