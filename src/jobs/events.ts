import { Type } from "@sinclair/typebox";
import { Nullable, OneOf } from "../core/schema_kit.ts";
import { defineEvent, type EventOf } from "../event_log/mod.ts";
import {
  AssetFacts,
  Blob,
  Constraints,
  Dollars,
  Durations,
  Failure,
  Id,
  JOB_STEPS,
  JobRequest,
  Metadata,
  SceneContent,
  StoredScene,
  Text,
  Usage,
  UsedAsset,
  VideoSpecs,
} from "./event_parts.ts";

export { AssetFacts, JOB_STEPS, JobRequest, type JobStep, StoredScene, UsedAsset, VideoSpecs } from "./event_parts.ts";

/** Somebody asked for a video. */
export const JobCreated = defineEvent(
  "JobCreated",
  1,
  "Somebody asked for a video.",
  Type.Object({
    request: JobRequest,
    specs: VideoSpecs,
    assets: Type.Array(UsedAsset),
    brand: Nullable(Metadata),
    estimatedCost: Dollars,
    sceneBounds: Type.Object({ min: Type.Integer(), max: Type.Integer() }),
  }),
);

/** All assets are imported and described. */
export const JobAssetsReady = defineEvent(
  "JobAssetsReady",
  1,
  "All assets of a job are ready; planning can begin.",
  Type.Object({ assets: Type.Array(AssetFacts), cost: Dollars }),
);

/** A storyboard was made, by a planner or taken from the request. */
export const ScenesGenerated = defineEvent(
  "ScenesGenerated",
  1,
  "A storyboard was planned, or taken from the request.",
  Type.Object({
    plan: Type.Integer({ minimum: 1, description: "Which plan of the job this answers, from 1." }),
    scenes: Type.Array(StoredScene, { minItems: 1 }),
    usage: Nullable(Usage),
  }),
);

/** Somebody edited a scene; the others gave or took its time. */
export const SceneUpdated = defineEvent(
  "SceneUpdated",
  1,
  "Somebody edited a scene.",
  Type.Object({
    sceneId: Id,
    changes: Type.Partial(Type.Object(SceneContent)),
    durations: Durations,
  }),
);

/** Somebody asked for another version of one scene. */
export const SceneRegenerationRequested = defineEvent(
  "SceneRegenerationRequested",
  1,
  "Somebody asked for another version of a scene.",
  Type.Object({
    sceneId: Id,
    revision: Type.Integer({ minimum: 1, description: "How often this scene was asked anew, this time included." }),
    feedback: Nullable(Text),
    constraints: Nullable(Constraints),
  }),
);

/** A scene was planned anew; what it replaced is kept here. */
export const SceneRegenerated = defineEvent(
  "SceneRegenerated",
  1,
  "A scene was planned anew.",
  Type.Object({
    sceneId: Id,
    revision: Type.Integer({ minimum: 1 }),
    before: StoredScene,
    after: StoredScene,
    durations: Durations,
    usage: Usage,
  }),
);

/** A scene could not be planned anew; it stays as it was. */
export const SceneRegenerationFailed = defineEvent(
  "SceneRegenerationFailed",
  1,
  "A scene could not be planned anew and stays as it was.",
  Type.Object({ sceneId: Id, revision: Type.Integer({ minimum: 1 }), ...Failure, usage: Type.Optional(Usage) }),
  { isEssential: true },
);

/** Somebody deleted a scene; the others took its time. */
export const SceneDeleted = defineEvent(
  "SceneDeleted",
  1,
  "Somebody deleted a scene.",
  Type.Object({ sceneId: Id, before: StoredScene, durations: Durations }),
);

/** Somebody approved the storyboard; it is locked now. */
export const StoryboardApproved = defineEvent(
  "StoryboardApproved",
  1,
  "Somebody approved the storyboard; it is locked and will be rendered.",
  Type.Object({}),
);

/** Somebody rejected the storyboard; it is planned anew. */
export const StoryboardRejected = defineEvent(
  "StoryboardRejected",
  1,
  "Somebody rejected the storyboard; it is planned anew.",
  Type.Object({ plan: Type.Integer({ minimum: 2 }), feedback: Text }),
);

/** Somebody asked for another storyboard. */
export const StoryboardRegenerationRequested = defineEvent(
  "StoryboardRegenerationRequested",
  1,
  "Somebody asked for another storyboard.",
  Type.Object({ plan: Type.Integer({ minimum: 2 }), feedback: Nullable(Text) }),
);

/** The renderer began. */
export const RenderStarted = defineEvent(
  "RenderStarted",
  1,
  "The renderer began with the approved storyboard.",
  Type.Object({ renderer: Text }),
);

/** The renderer is on its way. */
export const RenderProgressed = defineEvent(
  "RenderProgressed",
  1,
  "The renderer is on its way.",
  Type.Object({ fraction: Type.Number({ minimum: 0, maximum: 1 }) }),
);

/** The video is complete and flushed. */
export const VideoRendered = defineEvent(
  "VideoRendered",
  1,
  "The video is rendered, complete and flushed.",
  Type.Object({
    ...Blob,
    contentType: Text,
    width: Type.Integer(),
    height: Type.Integer(),
    duration: Type.Number({ description: "seconds" }),
    thumbnail: Nullable(Type.Object({ ...Blob, contentType: Text })),
    warnings: Type.Array(Type.Object({ sceneNumber: Nullable(Type.Integer({ minimum: 1 })), message: Text })),
    cost: Dollars,
  }),
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

/** Somebody asked to try the failed step again. */
export const JobRetried = defineEvent(
  "JobRetried",
  1,
  "Somebody asked to try the failed step again.",
  Type.Object({
    step: OneOf(JOB_STEPS),
    plan: Type.Integer({ minimum: 0, description: "The plan that the job is at; 0 before the first." }),
    waitingFor: Type.Array(Id, { description: "The assets that are not ready now." }),
  }),
);

/** Somebody cancelled the job. */
export const JobCancelled = defineEvent("JobCancelled", 1, "Somebody cancelled the job.", Type.Object({}), {
  isEssential: true,
});

/** Types of events that make a job of a client open. */
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
  RenderStarted,
  RenderProgressed,
  VideoRendered,
  JobCompleted,
  JobFailed,
  JobRetried,
  JobCancelled,
] as const;

/** An event of a job's stream. */
export type JobEvent = EventOf<(typeof jobEvents)[number]>;

/** The name of a job's stream. */
export function jobStream(jobId: string): string {
  return `job-${jobId}`;
}

/** The job whose stream an event is in. */
export function jobIdOf({ stream }: { readonly stream: string }): string {
  return stream.slice("job-".length);
}
