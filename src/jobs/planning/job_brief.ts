import type { Brief, PlannedScene } from "../../storyboard/mod.ts";
import type { AssetFacts, CreatedJob } from "../events.ts";
import { productionOf } from "../requests/production.ts";
import type { JobState } from "../state.ts";

/** The parts of a new job that a planner needs. */
type NewJob = Omit<CreatedJob, "estimatedCost">;

/** Returns the brief of a job without feedback. */
export function firstBriefOf(job: NewJob, facts: readonly AssetFacts[]): Brief {
  const { request, specs, assets, brand, sceneBounds } = job;
  const { voice, language } = productionOf(job);
  const roles = new Map(assets.map(({ assetId, role }) => [assetId, role]));
  return {
    adBasics: request.adBasics,
    direction: request.creative.direction,
    duration: specs.duration,
    format: specs.format,
    generateAudio: voice !== null,
    language,
    brand,
    assets: facts.map(({ assetId, ...rest }) => ({ ...rest, id: assetId, role: roles.get(assetId) ?? null })),
    revision: 0,
    bounds: sceneBounds,
  };
}

/** Returns the brief of a job. */
export function briefOf({ created, assets, scenes, plan, feedback }: JobState): Brief {
  if (!created) throw new Error("Cannot brief a planner: the job does not exist");
  return {
    ...firstBriefOf(created, assets),
    feedback,
    revision: Math.max(0, plan - 1),
    ...(scenes.length > 0 ? { previous: plannedScenes(scenes) } : {}),
  };
}

/** Returns the scenes without their ids, as planners use them. */
export function plannedScenes(scenes: JobState["scenes"]): PlannedScene[] {
  return scenes.map(({ sceneId: _sceneId, ...scene }) => scene);
}
