/** Jobs: a brief and assets become a storyboard, which users revise and approve, and then a video. */

export type { JobCommand } from "./command.ts";
export { createJobCommands, type JobCommands, planCancel } from "./commands.ts";
export { jobDecider } from "./decide.ts";
export type { JobRequest, VideoSpecs } from "./event_parts.ts";
export { JOB_OPENS, jobStream, type StoredScene, VideoRendered } from "./events.ts";
export { createJobsAsOf, type JobsAsOf } from "./history/jobs_as_of.ts";
export { type RevisionRoutesDeps, revisionRoutes } from "./history/revision_routes.ts";
export { createReadRevisions } from "./history/revisions.ts";
export { jobEndOf } from "./job_end.ts";
export { createPlanningWorker } from "./planning/planning_worker.ts";
export { createRegenerationWorker } from "./planning/regeneration_worker.ts";
export { jobsProjection } from "./projection.ts";
export { createJobQueries, type JobQueries, type JobStats } from "./queries.ts";
export { createPictures, type Pictures } from "./rendering/pictures.ts";
export { createRenderWorker } from "./rendering/render_worker.ts";
export { type AssetPort, createAssetPort } from "./requests/asset_port.ts";
export { createJobAssetsWorker, type SettledAsset } from "./requests/assets_worker.ts";
export type { KnownAsset } from "./requests/resolve_assets.ts";
export { jobRoutes } from "./routes.ts";
export type { JobRoutesDeps } from "./routes_deps.ts";
export { scenesProjection } from "./scenes/scenes_projection.ts";
export { Job, Scene } from "./schema.ts";
export { jobSlice } from "./slice.ts";
export { createSpeechWorker } from "./speaking/speech_worker.ts";
export { usedByJobs, wrongState } from "./workflow.ts";
