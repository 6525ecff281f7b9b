import type { Static } from "@sinclair/typebox";
import type {
  AssetFacts,
  JobCreated,
  JobEvent,
  JobStep,
  LineSpoken,
  SceneRegenerationRequested,
  SoundMixed,
  StoredScene,
  VoiceRecorded,
} from "./events.ts";
import type { JobStatus } from "./workflow.ts";

/** The state of a job that its rules need. */
export interface JobState {
  readonly id: string;
  readonly status: "unknown" | JobStatus;
  /** The data of `JobCreated`; null before it. */
  readonly created: Static<typeof JobCreated.schema> | null;
  readonly assets: readonly AssetFacts[];
  readonly scenes: readonly StoredScene[];
  /** The number of the current plan: the plan in progress, or the latest one. */
  readonly plan: number;
  /** The feedback on whole storyboards, oldest first. */
  readonly feedback: readonly string[];
  /** The regenerations in progress, by scene id. */
  readonly regenerating: ReadonlyMap<string, Static<typeof SceneRegenerationRequested.schema>>;
  /** The number of regenerations of each scene. */
  readonly revisions: ReadonlyMap<string, number>;
  /** The lines that were spoken since the approval, by scene id. */
  readonly lines: ReadonlyMap<string, Static<typeof LineSpoken.schema>>;
  /** The scripts that could not be spoken since the approval. */
  readonly voiceWarnings: Static<typeof VoiceRecorded.schema>["warnings"];
  /** The sound since the approval; null before it is mixed. */
  readonly sound: Static<typeof SoundMixed.schema> | null;
  /** The step that failed last. */
  readonly failedStep: JobStep | null;
}

/** Returns the state before the first event. */
export function initial(id: string): JobState {
  return {
    id,
    status: "unknown",
    created: null,
    assets: [],
    scenes: [],
    plan: 0,
    feedback: [],
    regenerating: new Map(),
    revisions: new Map(),
    lines: new Map(),
    voiceWarnings: [],
    sound: null,
    failedStep: null,
  };
}

/** Returns the state after one more event. */
export function evolve(job: JobState, event: JobEvent): JobState {
  switch (event.type) {
    case "JobCreated":
      return { ...job, status: "pending", created: event.data };
    case "JobAssetsReady":
      return { ...job, status: "storyboard_processing", assets: event.data.assets, plan: Math.max(job.plan, 1) };
    case "ScenesGenerated":
      return { ...job, status: "storyboard_ready", scenes: event.data.scenes, regenerating: new Map() };
    case "SceneUpdated":
      return {
        ...job,
        scenes: timed(edited(job.scenes, event.data.sceneId, event.data.changes), event.data.durations),
      };
    case "SceneRegenerationRequested":
      return {
        ...job,
        regenerating: new Map(job.regenerating).set(event.data.sceneId, event.data),
        revisions: new Map(job.revisions).set(event.data.sceneId, event.data.revision),
      };
    case "SceneRegenerated":
      return {
        ...job,
        scenes: timed(edited(job.scenes, event.data.sceneId, event.data.after), event.data.durations),
        regenerating: without(job.regenerating, event.data.sceneId),
      };
    case "SceneRegenerationFailed":
      return { ...job, regenerating: without(job.regenerating, event.data.sceneId) };
    case "SceneDeleted":
      return {
        ...job,
        scenes: timed(
          job.scenes.filter(({ sceneId }) => sceneId !== event.data.sceneId),
          event.data.durations,
        ),
        regenerating: without(job.regenerating, event.data.sceneId),
      };
    case "StoryboardApproved":
      return { ...job, status: "video_processing", lines: new Map(), voiceWarnings: [], sound: null };
    case "StoryboardRejected":
    case "StoryboardRegenerationRequested": {
      const { plan, feedback } = event.data;
      const said = feedback === null ? job.feedback : [...job.feedback, feedback];
      return { ...job, status: "storyboard_processing", plan, feedback: said, regenerating: new Map() };
    }
    case "LineSpoken":
      return { ...job, lines: new Map(job.lines).set(event.data.sceneId, event.data) };
    case "VoiceRecorded":
      return { ...job, voiceWarnings: event.data.warnings };
    case "SoundMixed":
      return { ...job, sound: event.data };
    case "RenderStarted":
    case "RenderProgressed":
    case "VideoRendered":
    case "OutputRendered":
    case "OutputFailed":
      return job;
    case "JobCompleted":
      return { ...job, status: "completed" };
    case "JobFailed":
      return { ...job, status: "failed", failedStep: event.data.step };
    case "JobRetried":
      return { ...job, status: STATUS_OF_STEP[event.data.step], plan: event.data.plan, failedStep: null };
    case "JobCancelled":
      return { ...job, status: "cancelled", regenerating: new Map() };
  }
}

/** The status of a job during each step. */
export const STATUS_OF_STEP = {
  assets: "pending",
  planning: "storyboard_processing",
  rendering: "video_processing",
} as const satisfies Record<JobStep, JobStatus>;

function edited(scenes: readonly StoredScene[], sceneId: string, changes: Partial<StoredScene>): StoredScene[] {
  return scenes.map((scene) => (scene.sceneId === sceneId ? { ...scene, ...changes } : scene));
}

function timed(
  scenes: readonly StoredScene[],
  durations: readonly { readonly sceneId: string; readonly duration: number }[],
): StoredScene[] {
  const bySceneId = new Map(durations.map(({ sceneId, duration }) => [sceneId, duration]));
  return scenes.map((scene) => ({ ...scene, duration: bySceneId.get(scene.sceneId) ?? scene.duration }));
}

function without<Value>(map: ReadonlyMap<string, Value>, key: string): ReadonlyMap<string, Value> {
  const rest = new Map(map);
  rest.delete(key);
  return rest;
}
