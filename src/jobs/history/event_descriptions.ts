import {
  counted,
  describeEvent,
  type EventDescription,
  lasting,
  listed,
  quoted,
  sized,
  withoutUrlSecrets,
} from "../../history/mod.ts";
import {
  JobAssetsReady,
  JobCancelled,
  JobCompleted,
  JobCreated,
  type JobEvent,
  JobFailed,
  JobRetried,
  type JobStep,
  LineSpoken,
  OutputFailed,
  OutputRendered,
  RenderProgressed,
  RenderStarted,
  SceneDeleted,
  SceneRegenerated,
  SceneRegenerationFailed,
  SceneRegenerationRequested,
  ScenesGenerated,
  SceneUpdated,
  SoundMixed,
  StoryboardApproved,
  StoryboardRegenerationRequested,
  StoryboardRejected,
  VideoRendered,
  VoiceRecorded,
} from "../events.ts";

/** The descriptions of a job's events, for histories and feeds. */
export const jobEventDescriptions = {
  JobCreated: describeEvent(
    JobCreated,
    ({ data: { request, specs, assets } }) =>
      `A video of ${lasting(specs.duration)} for ${quoted(request.adBasics.product)} was requested, with ${
        assets.length === 0 ? "no assets" : counted(assets.length, "asset")
      }`,
    // URLs of assets may hold secrets.
    ({ data }) => ({ ...data, request: { ...data.request, creative: withoutUrlSecrets(data.request.creative) } }),
  ),
  JobAssetsReady: describeEvent(JobAssetsReady, ({ data: { assets } }) =>
    assets.length === 0
      ? "The job has no assets to wait for"
      : `The assets are ready: ${counted(assets.length, "asset")}`,
  ),
  ScenesGenerated: describeEvent(ScenesGenerated, ({ data: { scenes, usage } }) =>
    usage === null
      ? `The given storyboard was accepted: ${counted(scenes.length, "scene")}`
      : `A storyboard was planned by ${usage.provider}: ${counted(scenes.length, "scene")}`,
  ),
  SceneUpdated: describeEvent(SceneUpdated, ({ data: { sceneId, changes, durations } }) => {
    const fields = Object.keys(changes).map((field) => FIELDS[field] ?? field);
    return `${sceneOf(sceneId, durations)} was edited: ${listed(fields)}`;
  }),
  SceneRegenerationRequested: describeEvent(
    SceneRegenerationRequested,
    ({ data }) => `Another version of a scene was requested${withFeedback(data.feedback)}`,
  ),
  SceneRegenerated: describeEvent(
    SceneRegenerated,
    ({ data: { sceneId, durations } }) => `${sceneOf(sceneId, durations)} was regenerated`,
  ),
  SceneRegenerationFailed: describeEvent(
    SceneRegenerationFailed,
    ({ data }) => `A scene could not be regenerated: ${data.message}`,
  ),
  SceneDeleted: describeEvent(
    SceneDeleted,
    ({ data: { before, durations } }) =>
      `The scene ${quoted(before.description)} was deleted; ${counted(durations.length, "scene")} took its time`,
  ),
  StoryboardApproved: describeEvent(StoryboardApproved, () => "The storyboard was approved"),
  StoryboardRejected: describeEvent(
    StoryboardRejected,
    ({ data }) => `The storyboard was rejected${withFeedback(data.feedback)}`,
  ),
  StoryboardRegenerationRequested: describeEvent(
    StoryboardRegenerationRequested,
    ({ data }) => `Another storyboard was requested${withFeedback(data.feedback)}`,
  ),
  LineSpoken: describeEvent(
    LineSpoken,
    ({ data: { provider, duration, isReused } }) =>
      `A line of ${lasting(duration)} was ${isReused ? "taken from an earlier one" : `spoken by ${provider}`}`,
  ),
  VoiceRecorded: describeEvent(VoiceRecorded, ({ data: { warnings } }) =>
    warnings.length === 0
      ? "The voice was recorded"
      : `The voice was recorded without ${counted(warnings.length, "line")}`,
  ),
  SoundMixed: describeEvent(SoundMixed, ({ data: { voice, music } }) => {
    const parts = [...(voice ? ["the voice"] : []), ...(music ? ["the music"] : [])];
    return parts.length === 0 ? "The sound is silent" : `The sound was mixed, with ${listed(parts)}`;
  }),
  RenderStarted: describeEvent(RenderStarted, () => "Rendering started"),
  RenderProgressed: describeEvent(
    RenderProgressed,
    ({ data }) => `${Math.round(data.fraction * 100)} % of the video is rendered`,
  ),
  VideoRendered: describeEvent(
    VideoRendered,
    ({ data: { duration, width, height, sizeBytes } }) =>
      `The video was rendered: ${lasting(duration)}, ${width} × ${height} px, ${sized(sizeBytes)}`,
  ),
  OutputRendered: describeEvent(
    OutputRendered,
    ({ data: { duration, width, height, sizeBytes } }) =>
      `A further output was rendered: ${lasting(duration)}, ${width} × ${height} px, ${sized(sizeBytes)}`,
  ),
  OutputFailed: describeEvent(OutputFailed, ({ data }) => `An output could not be rendered: ${data.message}`),
  JobCompleted: describeEvent(JobCompleted, () => "The job was completed"),
  JobFailed: describeEvent(JobFailed, ({ data }) => `The job failed at ${STEPS[data.step]}: ${data.message}`),
  JobRetried: describeEvent(JobRetried, ({ data }) => `The job was retried at ${STEPS[data.step]}`),
  JobCancelled: describeEvent(JobCancelled, () => "The job was cancelled"),
} satisfies Record<JobEvent["type"], EventDescription>;

const STEPS: Readonly<Record<JobStep, string>> = {
  assets: "the import of its assets",
  planning: "the planning of the storyboard",
  rendering: "the rendering of the video",
};

const FIELDS: Readonly<Record<string, string>> = { shotType: "shot type" };

function withFeedback(feedback: string | null): string {
  return feedback === null ? "" : `, with the feedback ${quoted(feedback)}`;
}

/** Names a scene by its number, which is its position among the durations. */
function sceneOf(sceneId: string, durations: readonly { readonly sceneId: string }[]): string {
  const index = durations.findIndex((each) => each.sceneId === sceneId);
  return index < 0 ? "A scene" : `Scene ${index + 1}`;
}
