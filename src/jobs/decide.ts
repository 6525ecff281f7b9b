import type { Static } from "@sinclair/typebox";
import { AppError, type ErrorCode } from "../errors.ts";
import type { Decider } from "../event_log/mod.ts";
import { changeDuration, type PlanUsage, removeDuration, type SceneConstraints } from "../storyboard/mod.ts";
import {
  type AssetFacts,
  JobAssetsReady,
  JobCancelled,
  JobCompleted,
  JobCreated,
  type JobEvent,
  JobFailed,
  JobRetried,
  type JobStep,
  jobEvents,
  RenderProgressed,
  RenderStarted,
  SceneDeleted,
  SceneRegenerated,
  SceneRegenerationFailed,
  SceneRegenerationRequested,
  ScenesGenerated,
  SceneUpdated,
  type StoredScene,
  StoryboardApproved,
  StoryboardRegenerationRequested,
  StoryboardRejected,
  VideoRendered,
} from "./events.ts";
import { evolve, initial, type JobState, STATUS_OF_STEP } from "./state.ts";
import { ALLOWED_ACTIONS, type JobAction, type JobStatus, wrongState } from "./workflow.ts";

/** A scene by its id or its number, as a path names it. */
export type SceneReference = string | number;

/** What people ask of a job. */
export type PersonCommand =
  | { readonly do: "create"; readonly job: Static<typeof JobCreated.schema> }
  | { readonly do: "approve" }
  | { readonly do: "reject storyboard"; readonly feedback: string }
  | { readonly do: "regenerate all scenes"; readonly feedback: string | null }
  | {
      readonly do: "regenerate scene";
      readonly scene: SceneReference;
      readonly feedback: string | null;
      readonly constraints: SceneConstraints | null;
    }
  | { readonly do: "update scene"; readonly scene: SceneReference; readonly changes: SceneChanges }
  | { readonly do: "delete scene"; readonly scene: SceneReference }
  | { readonly do: "retry"; readonly waitingFor: readonly string[] }
  | { readonly do: "cancel" };

/** What workers found out. It concerns a step; when the job has left it, nothing happens. */
export type OutcomeCommand =
  | { readonly do: "note assets ready"; readonly assets: readonly AssetFacts[]; readonly cost: number }
  | { readonly do: "fail"; readonly step: JobStep; readonly plan?: number; readonly error: JobError }
  | {
      readonly do: "store scenes";
      readonly plan: number;
      readonly scenes: readonly StoredScene[];
      readonly usage: PlanUsage | null;
    }
  | {
      readonly do: "store scene";
      readonly sceneId: string;
      readonly revision: number;
      readonly scene: SceneContent;
      readonly usage: PlanUsage;
    }
  | { readonly do: "fail scene"; readonly sceneId: string; readonly revision: number; readonly error: JobError }
  | { readonly do: "start render"; readonly renderer: string }
  | { readonly do: "note render progress"; readonly fraction: number }
  | { readonly do: "complete"; readonly video: Static<typeof VideoRendered.schema> };

/** Everything that can be asked of a job. */
export type JobCommand = PersonCommand | OutcomeCommand;

/** Why a step failed. */
export interface JobError {
  readonly code: ErrorCode;
  readonly message: string;
  readonly assetId?: string | null;
}

type SceneContent = Omit<StoredScene, "sceneId">;
/** What a person may edit of a scene. */
export type SceneChanges = Partial<SceneContent>;

/** The rules of a job: the workflow of the design's section 4, and what holds of its scenes. */
export const jobDecider: Decider<JobState, JobEvent, JobCommand> = { events: jobEvents, initial, evolve, decide };

function decide(job: JobState, command: JobCommand): readonly JobEvent[] {
  switch (command.do) {
    case "create":
      return job.status === "unknown" ? [JobCreated.of(command.job)] : [];
    case "approve":
      return approve(job);
    case "reject storyboard":
      allow(job, "reject_storyboard", "reject the storyboard");
      return [StoryboardRejected.of({ plan: job.plan + 1, feedback: command.feedback })];
    case "regenerate all scenes":
      allow(job, "regenerate_all_scenes", "regenerate the scenes");
      return [StoryboardRegenerationRequested.of({ plan: job.plan + 1, feedback: command.feedback })];
    case "regenerate scene":
      return regenerateScene(job, command);
    case "update scene":
      return updateScene(job, command);
    case "delete scene":
      return deleteScene(job, command.scene);
    case "retry":
      return retry(job, command.waitingFor);
    case "cancel":
      if (job.status === "cancelled") return [];
      allow(job, "cancel", "cancel the job");
      return [JobCancelled.of({})];
    default:
      return note(job, command);
  }
}

function note(job: JobState, command: OutcomeCommand): readonly JobEvent[] {
  switch (command.do) {
    case "note assets ready":
      if (job.status !== "pending") return [];
      return [JobAssetsReady.of({ assets: [...command.assets], cost: command.cost })];
    case "fail": {
      const { step, plan = job.plan, error } = command;
      if (job.status !== STATUS_OF_STEP[step] || plan !== job.plan) return [];
      return [JobFailed.of({ step, code: error.code, message: error.message, assetId: error.assetId ?? null })];
    }
    case "store scenes": {
      const { plan, scenes, usage } = command;
      if (job.status !== "storyboard_processing" || plan !== job.plan) return [];
      // A scene that is planned anew keeps its id, also when all of them are.
      const kept = scenes.map((scene, index) => ({ ...scene, sceneId: job.scenes[index]?.sceneId ?? scene.sceneId }));
      return [ScenesGenerated.of({ plan, scenes: kept, usage })];
    }
    case "store scene":
      return storeScene(job, command);
    case "fail scene": {
      const { sceneId, revision, error } = command;
      if (job.regenerating.get(sceneId)?.revision !== revision) return [];
      return [SceneRegenerationFailed.of({ sceneId, revision, code: error.code, message: error.message })];
    }
    case "start render":
      return job.status === "video_processing" ? [RenderStarted.of({ renderer: command.renderer })] : [];
    case "note render progress":
      return job.status === "video_processing" ? [RenderProgressed.of({ fraction: command.fraction })] : [];
    case "complete":
      return job.status === "video_processing" ? [VideoRendered.of(command.video), JobCompleted.of({})] : [];
  }
}

function approve(job: JobState): readonly JobEvent[] {
  allow(job, "approve", "approve the storyboard");
  const [sceneId] = job.regenerating.keys();
  if (sceneId !== undefined) {
    const number = job.scenes.findIndex((scene) => scene.sceneId === sceneId) + 1;
    throw new AppError("conflict", `Cannot approve the storyboard: scene ${number} is still being regenerated`);
  }
  return [StoryboardApproved.of({})];
}

function regenerateScene(
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
  // Refused now rather than after a model was paid.
  if (constraints?.duration !== undefined) durationsWith(job, index, constraints.duration);
  const revision = (job.revisions.get(sceneId) ?? 0) + 1;
  return [SceneRegenerationRequested.of({ sceneId, revision, feedback, constraints })];
}

function storeScene(
  job: JobState,
  { sceneId, revision, scene, usage }: Extract<OutcomeCommand, { do: "store scene" }>,
): readonly JobEvent[] {
  const asked = job.regenerating.get(sceneId);
  const index = job.scenes.findIndex((each) => each.sceneId === sceneId);
  const before = job.scenes[index];
  if (asked?.revision !== revision || !before) return [];
  // The others may have been edited meanwhile, so the time is shared out again.
  const duration = asked.constraints?.duration ?? before.duration;
  try {
    const durations = durationsWith(job, index, duration);
    return [
      SceneRegenerated.of({ sceneId, revision, before, after: { ...scene, sceneId, duration }, durations, usage }),
    ];
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return [SceneRegenerationFailed.of({ sceneId, revision, code: error.code, message: error.message })];
  }
}

function updateScene(
  job: JobState,
  { scene: reference, changes }: Extract<PersonCommand, { do: "update scene" }>,
): readonly JobEvent[] {
  allowEdit(job, "edit the scene");
  const { scene, index } = sceneOf(job, reference);
  refuseWhileRegenerating(job, scene.sceneId, `edit scene ${index + 1}`);
  checkAssets(job, changes.assets, "assets");
  const changed = Object.fromEntries(
    Object.entries(changes).filter(([key, value]) => !Bun.deepEquals(Reflect.get(scene, key), value)),
  );
  if (Object.keys(changed).length === 0) return [];
  const durations = durationsWith(job, index, changes.duration ?? scene.duration);
  return [SceneUpdated.of({ sceneId: scene.sceneId, changes: changed, durations })];
}

function deleteScene(job: JobState, reference: SceneReference): readonly JobEvent[] {
  allowEdit(job, "delete the scene");
  const { scene, index } = sceneOf(job, reference);
  if (job.scenes.length === 1) throw new AppError("conflict", "Cannot delete the scene: it is the last one left");
  const left = removeDuration(
    job.scenes.map(({ duration }) => duration),
    index,
  );
  const durations = job.scenes
    .toSpliced(index, 1)
    .map(({ sceneId, duration }, at) => ({ sceneId, duration: left[at] ?? duration }));
  return [SceneDeleted.of({ sceneId: scene.sceneId, before: scene, durations })];
}

function retry(job: JobState, waitingFor: readonly string[]): readonly JobEvent[] {
  allow(job, "retry", "retry the job");
  const step = job.failedStep ?? "assets";
  // Planning again with the same number would answer the same plan; a retry of another step keeps the storyboard.
  return [JobRetried.of({ step, plan: job.plan, waitingFor: step === "assets" ? [...waitingFor] : [] })];
}

/** The job's status, when there is a job. */
function statusOf(job: JobState): JobStatus {
  if (job.status === "unknown") throw new AppError("not_found", "Cannot find this job: there is none with this id");
  return job.status;
}

function allow(job: JobState, action: JobAction, what: string): void {
  const status = statusOf(job);
  if (!ALLOWED_ACTIONS[status].includes(action)) throw wrongState(status, what);
}

/** Scenes can be edited until the storyboard is approved. */
function allowEdit(job: JobState, what: string): void {
  const status = statusOf(job);
  if (status !== "storyboard_ready") throw wrongState(status, what);
}

function refuseWhileRegenerating(job: JobState, sceneId: string, what: string): void {
  if (job.regenerating.has(sceneId)) throw new AppError("conflict", `Cannot ${what}: it is being regenerated`);
}

/** The scene that a path names: by its id, or by its number from 1. */
export function sceneOf(job: JobState, reference: SceneReference): { scene: StoredScene; index: number } {
  const byId = job.scenes.findIndex(({ sceneId }) => sceneId === reference);
  const number = /^[1-9]\d{0,3}$/.test(String(reference)) ? Number(reference) : 0;
  const index = byId >= 0 ? byId : number - 1;
  const scene = job.scenes[index];
  if (!scene) throw new AppError("not_found", "Cannot find this scene: the job has none with this id or number");
  return { scene, index };
}

function checkAssets(job: JobState, ids: readonly string[] | undefined, path: string): void {
  const known = new Set(job.assets.map(({ assetId }) => assetId));
  const unknown = ids?.find((id) => !known.has(id));
  if (unknown === undefined) return;
  const details = [{ path, message: `Asset ${unknown} is not an asset of this job` }];
  throw new AppError("validation_failed", "Cannot use this asset in the scene: it is not one of the job's", details);
}

function durationsWith(job: JobState, index: number, duration: number): { sceneId: string; duration: number }[] {
  const before = job.scenes.map((scene) => scene.duration);
  const after = changeDuration(before, { index, duration });
  return job.scenes.map(({ sceneId }, at) => ({ sceneId, duration: after[at] ?? duration }));
}
