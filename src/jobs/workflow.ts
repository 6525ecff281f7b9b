import { AppError } from "../core/errors.ts";

/** Every status of a job, in the order of the workflow. */
export const JOB_STATUSES = [
  "pending",
  "storyboard_processing",
  "storyboard_ready",
  "video_processing",
  "completed",
  "failed",
  "cancelled",
] as const;

/** Where a job is. */
export type JobStatus = (typeof JOB_STATUSES)[number];

/** What is being done in each status, as progress tells it. */
export const STEPS = {
  pending: "importing_assets",
  storyboard_processing: "planning_storyboard",
  storyboard_ready: "awaiting_approval",
  video_processing: "rendering_video",
  completed: "completed",
  failed: "failed",
  cancelled: "cancelled",
} as const satisfies Readonly<Record<JobStatus, string>>;

/** Every action that people can take. */
export const JOB_ACTIONS = [
  "approve",
  "reject_storyboard",
  "regenerate_scene",
  "regenerate_all_scenes",
  "retry",
  "cancel",
] as const;

/** What people can do with a job. */
export type JobAction = (typeof JOB_ACTIONS)[number];

/** The legal transitions (design, section 4): which actions each status allows. */
export const ALLOWED_ACTIONS: Readonly<Record<JobStatus, readonly JobAction[]>> = {
  pending: ["cancel"],
  storyboard_processing: ["cancel"],
  storyboard_ready: ["approve", "reject_storyboard", "regenerate_scene", "regenerate_all_scenes", "cancel"],
  video_processing: ["cancel"],
  completed: [],
  failed: ["retry", "cancel"],
  cancelled: [],
};

/** What people can do with a job now: a storyboard is not approved while a scene of it is still being planned anew. */
export function allowedActions(status: JobStatus, isRegenerating: boolean): JobAction[] {
  return ALLOWED_ACTIONS[status].filter((action) => !(isRegenerating && action === "approve"));
}

/** Statuses in which a job still needs its assets and counts as open. */
export const OPEN_STATUSES = ["pending", "storyboard_processing", "storyboard_ready", "video_processing"] as const;

/** Statuses in which something is being done; in all others the job waits for people or has ended. */
export const BUSY_STATUSES = ["pending", "storyboard_processing", "video_processing"] as const;

/** The error of an action that the status does not allow. */
export function wrongState(status: JobStatus, what: string): AppError {
  const allowedActions = ALLOWED_ACTIONS[status];
  return new AppError("wrong_state", `Cannot ${what}: the job is ${status}`, { status, allowedActions });
}

/** The job's status, when there is a job. @throws {AppError} `not_found` */
export function statusOf(job: { readonly status: JobStatus | "unknown" }): JobStatus {
  if (job.status === "unknown") throw new AppError("not_found", "Cannot find this job: there is none with this id");
  return job.status;
}

/** @throws {AppError} `wrong_state` with the actions that are allowed */
export function allow(job: { readonly status: JobStatus | "unknown" }, action: JobAction, what: string): void {
  const status = statusOf(job);
  if (!ALLOWED_ACTIONS[status].includes(action)) throw wrongState(status, what);
}
