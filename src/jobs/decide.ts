import { AppError } from "../core/errors.ts";
import type { Decider } from "../event_log/mod.ts";
import type { JobCommand, JobError, OutcomeCommand } from "./command.ts";
import {
  JobAssetsReady,
  JobCancelled,
  JobCompleted,
  JobCreated,
  type JobEvent,
  JobFailed,
  JobRetried,
  jobEvents,
  LineSpoken,
  OutputFailed,
  OutputRendered,
  RenderProgressed,
  RenderStarted,
  SceneRegenerationFailed,
  ScenesGenerated,
  SoundMixed,
  StoryboardApproved,
  StoryboardRegenerationRequested,
  StoryboardRejected,
  VideoRendered,
  VoiceRecorded,
} from "./events.ts";
import { deleteScene, regenerateScene, storeScene, updateScene } from "./scenes/scene_rules.ts";
import { evolve, initial, type JobState, STATUS_OF_STEP } from "./state.ts";
import { allow } from "./workflow.ts";

/** The decider of a job: its workflow and the rules of its scenes (docs/architecture.md). */
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
      return [JobFailed.of({ step, ...failureOf(error), assetId: error.assetId ?? null })];
    }
    case "store scenes": {
      const { plan, scenes, usage } = command;
      if (job.status !== "storyboard_processing" || plan !== job.plan) return [];
      // Regenerated scenes keep their ids.
      const kept = scenes.map((scene, index) => ({ ...scene, sceneId: job.scenes[index]?.sceneId ?? scene.sceneId }));
      return [ScenesGenerated.of({ plan, scenes: kept, usage })];
    }
    case "store scene":
      return storeScene(job, command);
    case "fail scene": {
      const { sceneId, revision, error } = command;
      if (job.regenerating.get(sceneId)?.revision !== revision) return [];
      return [SceneRegenerationFailed.of({ sceneId, revision, ...failureOf(error) })];
    }
    case "store line": {
      const { line } = command;
      const isSpoken = job.lines.get(line.sceneId)?.key === line.key;
      return job.status === "video_processing" && !isSpoken ? [LineSpoken.of(line)] : [];
    }
    case "finish voice":
      return job.status === "video_processing" ? [VoiceRecorded.of({ warnings: command.warnings })] : [];
    case "store sound":
      return job.status === "video_processing" ? [SoundMixed.of(command.sound)] : [];
    case "start render":
      return job.status === "video_processing" ? [RenderStarted.of({ renderer: command.renderer })] : [];
    case "note render progress": {
      if (job.status !== "video_processing") return [];
      const { fraction, outputs } = command;
      return [RenderProgressed.of({ fraction, ...(outputs ? { outputs: [...outputs] } : {}) })];
    }
    case "complete":
      return job.status === "video_processing" ? complete(command.outputs) : [];
  }
}

/** Completes a job of which at least one output has a video; a job without any fails with its first error. */
function complete(outputs: Extract<OutcomeCommand, { do: "complete" }>["outputs"]): readonly JobEvent[] {
  const [first] = outputs;
  if ("error" in first && outputs.every((output) => "error" in output)) {
    return [JobFailed.of({ step: "rendering", ...failureOf(first.error), assetId: null })];
  }
  const results = outputs.map((output, index) => {
    const { outputId } = output;
    if ("error" in output) return OutputFailed.of({ outputId, ...failureOf(output.error) });
    return index === 0 ? VideoRendered.of(output.video) : OutputRendered.of({ outputId, ...output.video });
  });
  return [...results, JobCompleted.of({})];
}

function failureOf({ code, message, usage }: JobError) {
  return { code, message, ...(usage ? { usage } : {}) };
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

function retry(job: JobState, waitingFor: readonly string[]): readonly JobEvent[] {
  allow(job, "retry", "retry the job");
  const step = job.failedStep ?? "assets";
  // The failed plan was never stored, so its number is reused; results of earlier steps stay.
  return [JobRetried.of({ step, plan: job.plan, waitingFor: step === "assets" ? [...waitingFor] : [] })];
}
