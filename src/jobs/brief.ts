import type { Brief, PlannedScene } from "../storyboard/mod.ts";
import type { JobState } from "./state.ts";

/** What a planner is told of a job. */
export function briefOf({ created, assets, scenes, plan, feedback }: JobState): Brief {
  if (!created) throw new Error("Cannot brief a planner: the job was never created");
  const { request, specs, brand, sceneBounds } = created;
  const roles = new Map(created.assets.map(({ assetId, role }) => [assetId, role]));
  return {
    adBasics: request.adBasics,
    direction: request.creative.direction,
    duration: specs.duration,
    format: specs.format,
    generateAudio: request.generateAudio ?? false,
    brand,
    assets: assets.map(({ assetId, ...facts }) => ({ ...facts, id: assetId, role: roles.get(assetId) ?? null })),
    feedback,
    revision: Math.max(0, plan - 1),
    bounds: sceneBounds,
    ...(scenes.length > 0 ? { previous: plannedScenes(scenes) } : {}),
  };
}

/** The scenes without their ids, as planners know them. */
export function plannedScenes(scenes: JobState["scenes"]): PlannedScene[] {
  return scenes.map(({ sceneId: _sceneId, ...scene }) => scene);
}
