/** Jobs: a brief and assets become a storyboard, which users revise and approve, and then a video. */
export { type AssetPort, createAssetPort } from "./asset_port.ts";
export { createJobAssetsWorker, type SettledAsset } from "./assets_worker.ts";
export { createJobCommands, type JobCommands, planCancel } from "./commands.ts";
export { JOB_OPENS, jobEvents } from "./events.ts";
export { createPictures, type Pictures } from "./pictures.ts";
export { createPlanningWorker } from "./planning_worker.ts";
export { jobsProjection } from "./projection.ts";
export { createJobQueries, type JobQueries, type JobStats } from "./queries.ts";
export { createRegenerationWorker } from "./regeneration_worker.ts";
export { createRenderWorker } from "./render_worker.ts";
export { jobRoutes } from "./routes.ts";
export type { JobRoutesDeps } from "./routes_deps.ts";
export { scenesProjection } from "./scenes_projection.ts";
export { usedByJobs, wrongState } from "./workflow.ts";
