import { type Static, Type } from "@sinclair/typebox";
import { Nullable, OneOf } from "../core/schema_kit.ts";
import { defineEvent, type EventOf } from "../event_log/mod.ts";
import {
  AssetFacts,
  Constraints,
  Dollars,
  Durations,
  Failure,
  Id,
  JOB_STEPS,
  JobRequest,
  Metadata,
  Production,
  SceneContent,
  StoredScene,
  Text,
  Usage,
  UsedAsset,
  VideoSpecs,
} from "./event_parts.ts";
import {
  LineSpoken,
  OutputFailed,
  OutputRendered,
  RenderProgressed,
  RenderStarted,
  SoundMixed,
  VideoRendered,
  VoiceRecorded,
} from "./video_events.ts";

export {
  AssetFacts,
  JOB_STEPS,
  JobRequest,
  type JobStep,
  Production,
  StoredScene,
  UsedAsset,
  type VideoOutput,
  VideoSpecs,
} from "./event_parts.ts";

export {
  LineSpoken,
  OutputFailed,
  OutputRendered,
  RenderProgressed,
  RenderStarted,
  SoundMixed,
  VideoRendered,
  VoiceRecorded,
} from "./video_events.ts";

/** A user requested a video. */
export const JobCreated = defineEvent(
  "JobCreated",
  1,
  "A user requested a video.",
  Type.Object({
    request: JobRequest,
    specs: VideoSpecs,
    assets: Type.Array(UsedAsset),
    brand: Nullable(Metadata),
    estimatedCost: Dollars,
    sceneBounds: Type.Object({ min: Type.Integer(), max: Type.Integer() }),
    /** Absent in jobs of earlier releases; see `productionOf`. */
    production: Type.Optional(Production),
  }),
);
/** The data of {@linkcode JobCreated}. */
export type CreatedJob = Static<typeof JobCreated.schema>;

/** All assets of the job are ready. */
export const JobAssetsReady = defineEvent(
  "JobAssetsReady",
  1,
  "All assets of a job are ready; planning can begin.",
  Type.Object({ assets: Type.Array(AssetFacts), cost: Dollars }),
);

/** A storyboard was planned or taken from the request. */
export const ScenesGenerated = defineEvent(
  "ScenesGenerated",
  1,
  "A storyboard was planned, or taken from the request.",
  Type.Object({
    plan: Type.Integer({ minimum: 1, description: "The number of this plan of the job, from 1." }),
    scenes: Type.Array(StoredScene, { minItems: 1 }),
    usage: Nullable(Usage),
  }),
);

/** A user edited a scene; the other scenes took or gave its time. */
export const SceneUpdated = defineEvent(
  "SceneUpdated",
  1,
  "A user edited a scene.",
  Type.Object({
    sceneId: Id,
    changes: Type.Partial(Type.Object(SceneContent)),
    durations: Durations,
  }),
);

/** A user requested another version of one scene. */
export const SceneRegenerationRequested = defineEvent(
  "SceneRegenerationRequested",
  1,
  "A user requested another version of a scene.",
  Type.Object({
    sceneId: Id,
    revision: Type.Integer({ minimum: 1, description: "The number of this regeneration of the scene, from 1." }),
    feedback: Nullable(Text),
    constraints: Nullable(Constraints),
  }),
);

/** A scene was regenerated; the event keeps the replaced version. */
export const SceneRegenerated = defineEvent(
  "SceneRegenerated",
  1,
  "A scene was regenerated.",
  Type.Object({
    sceneId: Id,
    revision: Type.Integer({ minimum: 1 }),
    before: StoredScene,
    after: StoredScene,
    durations: Durations,
    usage: Usage,
  }),
);

/** A scene could not be regenerated and stays unchanged. */
export const SceneRegenerationFailed = defineEvent(
  "SceneRegenerationFailed",
  1,
  "A scene could not be regenerated and stays unchanged.",
  Type.Object({ sceneId: Id, revision: Type.Integer({ minimum: 1 }), ...Failure, usage: Type.Optional(Usage) }),
  { isEssential: true },
);

/** A user deleted a scene; the other scenes took its time. */
export const SceneDeleted = defineEvent(
  "SceneDeleted",
  1,
  "A user deleted a scene.",
  Type.Object({ sceneId: Id, before: StoredScene, durations: Durations }),
);

/** A user approved the storyboard, which is locked from now on. */
export const StoryboardApproved = defineEvent(
  "StoryboardApproved",
  1,
  "A user approved the storyboard; it is locked and will be rendered.",
  Type.Object({}),
);

/** A user rejected the storyboard; it will be regenerated. */
export const StoryboardRejected = defineEvent(
  "StoryboardRejected",
  1,
  "A user rejected the storyboard; it will be regenerated.",
  Type.Object({ plan: Type.Integer({ minimum: 2 }), feedback: Text }),
);

/** A user requested another storyboard. */
export const StoryboardRegenerationRequested = defineEvent(
  "StoryboardRegenerationRequested",
  1,
  "A user requested another storyboard.",
  Type.Object({ plan: Type.Integer({ minimum: 2 }), feedback: Nullable(Text) }),
);

/** The job has its video. */
export const JobCompleted = defineEvent("JobCompleted", 1, "The job has its video.", Type.Object({}));

/** A step of the job ended in an error. */
export const JobFailed = defineEvent(
  "JobFailed",
  1,
  "A step of a job ended in an error; it can be retried.",
  Type.Object({ step: OneOf(JOB_STEPS), ...Failure, assetId: Nullable(Id), usage: Type.Optional(Usage) }),
  { isEssential: true },
);

/** A user retried the failed step. */
export const JobRetried = defineEvent(
  "JobRetried",
  1,
  "A user retried the failed step.",
  Type.Object({
    step: OneOf(JOB_STEPS),
    plan: Type.Integer({ minimum: 0, description: "The number of the current plan; 0 before the first." }),
    waitingFor: Type.Array(Id, { description: "The assets that are not ready now." }),
  }),
);

/** A user cancelled the job. */
export const JobCancelled = defineEvent("JobCancelled", 1, "A user cancelled the job.", Type.Object({}), {
  isEssential: true,
});

/** Types of events that open a job. */
export const JOB_OPENS: readonly string[] = [JobCreated.type, JobRetried.type];

/** Every event of a job's stream. */
export const jobEvents = [
  JobCreated,
  JobAssetsReady,
  ScenesGenerated,
  SceneUpdated,
  SceneRegenerationRequested,
  SceneRegenerated,
  SceneRegenerationFailed,
  SceneDeleted,
  StoryboardApproved,
  StoryboardRejected,
  StoryboardRegenerationRequested,
  LineSpoken,
  VoiceRecorded,
  SoundMixed,
  RenderStarted,
  RenderProgressed,
  VideoRendered,
  OutputRendered,
  OutputFailed,
  JobCompleted,
  JobFailed,
  JobRetried,
  JobCancelled,
] as const;

/** An event of a job's stream. */
export type JobEvent = EventOf<(typeof jobEvents)[number]>;

/** Returns the name of a job's stream. */
export function jobStream(jobId: string): string {
  return `job-${jobId}`;
}

/** Returns the id of the job whose stream an event is in. */
export function jobIdOf({ stream }: { readonly stream: string }): string {
  return stream.slice("job-".length);
}
