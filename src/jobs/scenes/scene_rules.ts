import { diffFields } from "../../core/diff_fields.ts";
import { AppError } from "../../core/errors.ts";
import { notFound } from "../../core/not_found.ts";
import { changeDuration, removeDuration } from "../../storyboard/mod.ts";
import type { OutcomeCommand, PersonCommand, SceneContent, SceneReference } from "../command.ts";
import {
  type JobEvent,
  SceneDeleted,
  SceneRegenerated,
  SceneRegenerationFailed,
  SceneRegenerationRequested,
  SceneUpdated,
  type StoredScene,
} from "../events.ts";
import type { JobState } from "../state.ts";
import { allow, statusOf, wrongState } from "../workflow.ts";

/** Requests another version of a scene, unless it is being regenerated. */
export function regenerateScene(
  job: JobState,
  { scene: reference, feedback, constraints }: Extract<PersonCommand, { do: "regenerate scene" }>,
): readonly JobEvent[] {
  allow(job, "regenerate_scene", "regenerate the scene");
  const { scene, index } = sceneOf(job, reference);
  const { sceneId } = scene;
  if (job.regenerating.has(sceneId)) {
    throw new AppError("conflict", `Cannot regenerate scene ${index + 1}: it is being regenerated already`);
  }
  checkAssets(job, constraints?.mustIncludeAssets, "constraints.mustIncludeAssets");
  // An impossible duration is rejected before a model is paid.
  if (constraints?.duration !== undefined)
    durationsWith(job, index, { duration: constraints.duration, path: "constraints.duration" });
  const revision = (job.revisions.get(sceneId) ?? 0) + 1;
  return [SceneRegenerationRequested.of({ sceneId, revision, feedback, constraints })];
}

/** Stores the new version of a scene, unless the regeneration was superseded. */
export function storeScene(
  job: JobState,
  { sceneId, revision, scene, usage }: Extract<OutcomeCommand, { do: "store scene" }>,
): readonly JobEvent[] {
  const requested = job.regenerating.get(sceneId);
  const index = job.scenes.findIndex((each) => each.sceneId === sceneId);
  const before = job.scenes[index];
  if (requested?.revision !== revision || !before) return [];
  // The other scenes may have changed since the request, so durations are computed again.
  const duration = requested.constraints?.duration ?? before.duration;
  try {
    const durations = durationsWith(job, index, { duration, path: "constraints.duration" });
    return [
      SceneRegenerated.of({ sceneId, revision, before, after: { ...scene, sceneId, duration }, durations, usage }),
    ];
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return [SceneRegenerationFailed.of({ sceneId, revision, code: error.code, message: error.message })];
  }
}

/** Edits a scene; a changed duration is taken from or given to the others. */
export function updateScene(
  job: JobState,
  { scene: reference, changes }: Extract<PersonCommand, { do: "update scene" }>,
): readonly JobEvent[] {
  allowEdit(job, "edit the scene");
  const { scene, index } = sceneOf(job, reference);
  refuseWhileRegenerating(job, scene.sceneId, `edit scene ${index + 1}`);
  checkAssets(job, changes.assets, "assets");
  const changed = diffFields<SceneContent>(scene, changes);
  if (Object.keys(changed).length === 0) return [];
  const durations = durationsWith(job, index, { duration: changes.duration ?? scene.duration, path: "duration" });
  return [SceneUpdated.of({ sceneId: scene.sceneId, changes: changed, durations })];
}

/** Deletes a scene; the others take its time. */
export function deleteScene(job: JobState, reference: SceneReference): readonly JobEvent[] {
  allowEdit(job, "delete the scene");
  const { scene, index } = sceneOf(job, reference);
  if (job.scenes.length === 1) throw new AppError("conflict", "Cannot delete the scene: it is the only one");
  const left = removeDuration(
    job.scenes.map(({ duration }) => duration),
    index,
  );
  const durations = job.scenes
    .toSpliced(index, 1)
    .map(({ sceneId, duration }, at) => ({ sceneId, duration: left[at] ?? duration }));
  return [SceneDeleted.of({ sceneId: scene.sceneId, before: scene, durations })];
}

/** Checks that scenes can be edited. @throws {AppError} `wrong_state` once the storyboard is approved */
function allowEdit(job: JobState, what: string): void {
  const status = statusOf(job);
  if (status !== "storyboard_ready") throw wrongState(status, what);
}

function refuseWhileRegenerating(job: JobState, sceneId: string, what: string): void {
  if (job.regenerating.has(sceneId)) throw new AppError("conflict", `Cannot ${what}: it is being regenerated`);
}

/** Finds a scene by its id or its number from 1. */
function sceneOf(job: JobState, reference: SceneReference): { scene: StoredScene; index: number } {
  const byId = job.scenes.findIndex(({ sceneId }) => sceneId === reference);
  const number = /^[1-9]\d{0,3}$/.test(String(reference)) ? Number(reference) : 0;
  const index = byId >= 0 ? byId : number - 1;
  const scene = job.scenes[index];
  if (!scene) throw notFound("scene", "the job has no scene with this id or number");
  return { scene, index };
}

function checkAssets(job: JobState, ids: readonly string[] | undefined, path: string): void {
  const known = new Set(job.assets.map(({ assetId }) => assetId));
  const unknown = ids?.find((id) => !known.has(id));
  if (unknown === undefined) return;
  const details = [{ path, message: `Asset ${unknown} does not belong to this job` }];
  throw new AppError("validation_failed", "Cannot use this asset in the scene: it does not belong to the job", details);
}

/** Returns all durations after one changed. An error names the field at `path`. */
function durationsWith(
  job: JobState,
  index: number,
  { duration, path }: { readonly duration: number; readonly path: string },
): { sceneId: string; duration: number }[] {
  const before = job.scenes.map((scene) => scene.duration);
  try {
    const after = changeDuration(before, { index, duration });
    return job.scenes.map(({ sceneId }, at) => ({ sceneId, duration: after[at] ?? duration }));
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    throw new AppError(error.code, error.message, [{ path, message: error.message }]);
  }
}
