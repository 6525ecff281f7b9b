import { AppError } from "../core/errors.ts";
import { notFound } from "../core/not_found.ts";
import { MOST_IDS } from "../event_log/mod.ts";

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

/** The status of a job. */
export type JobStatus = (typeof JOB_STATUSES)[number];

/** The progress step of each status. */
export const STEPS = {
  pending: "importing_assets",
  storyboard_processing: "planning_storyboard",
  storyboard_ready: "awaiting_approval",
  video_processing: "rendering_video",
  completed: "completed",
  failed: "failed",
  cancelled: "cancelled",
} as const satisfies Readonly<Record<JobStatus, string>>;

/** Every progress step: those of the statuses, and that of the voice before the rendering. */
export const PROGRESS_STEPS = [...Object.values(STEPS), "recording_voice"] as const;

/** Every action of users. */
export const JOB_ACTIONS = [
  "approve",
  "reject_storyboard",
  "regenerate_scene",
  "regenerate_all_scenes",
  "retry",
  "cancel",
] as const;

/** An action of a user. */
export type JobAction = (typeof JOB_ACTIONS)[number];

/** The actions that each status allows (docs/architecture.md). */
export const ALLOWED_ACTIONS: Readonly<Record<JobStatus, readonly JobAction[]>> = {
  pending: ["cancel"],
  storyboard_processing: ["cancel"],
  storyboard_ready: ["approve", "reject_storyboard", "regenerate_scene", "regenerate_all_scenes", "cancel"],
  video_processing: ["cancel"],
  completed: [],
  failed: ["retry", "cancel"],
  cancelled: [],
};

/** The conditions that rule out an action which the status allows. */
export interface Hindrances {
  /** A scene is being regenerated, so the storyboard cannot be approved. */
  readonly isRegenerating?: boolean;
  /** An asset can never become ready, so the job cannot be retried. */
  readonly isRetryVain?: boolean;
}

/** Returns the actions that a job allows now. */
export function allowedActions(
  status: JobStatus,
  { isRegenerating = false, isRetryVain = false }: Hindrances,
): JobAction[] {
  return ALLOWED_ACTIONS[status].filter(
    (action) => !(isRegenerating && action === "approve") && !(isRetryVain && action === "retry"),
  );
}

/** The statuses of open jobs, which still need their assets. */
export const OPEN_STATUSES = ["pending", "storyboard_processing", "storyboard_ready", "video_processing"] as const;

/** The statuses in which workers are busy; in all others the job waits for users or has ended. */
export const BUSY_STATUSES = ["pending", "storyboard_processing", "video_processing"] as const;

const BUSY: ReadonlySet<JobStatus> = new Set(BUSY_STATUSES);

/** Returns true when no worker is busy with the job: it waits for users or has ended. */
export function isSettled({ status }: { readonly status: JobStatus }): boolean {
  return !BUSY.has(status);
}

/** Returns the error of an action that the status does not allow. */
export function wrongState(status: JobStatus, what: string, hindrances: Hindrances = {}): AppError {
  const message = `Cannot ${what}: the job is ${status}`;
  return new AppError("wrong_state", message, { status, allowedActions: allowedActions(status, hindrances) });
}

/** Returns the error of a retry that can never succeed. */
export function retryIsVain(status: JobStatus, assetId: string): AppError {
  const why = `its asset ${assetId} was deleted, or is an upload that cannot be read`;
  const message = `Cannot retry the job: ${why}; cancel the job, and create a new one with assets that are ready`;
  return new AppError("wrong_state", message, {
    status,
    allowedActions: allowedActions(status, { isRetryVain: true }),
    assetId,
  });
}

/** Returns the error of deleting an asset that jobs need. */
export function usedByJobs(jobIds: readonly string[]): AppError {
  const why =
    jobIds.length === 1
      ? "a job needs it that is open or failed at its assets; cancel it first"
      : `${jobIds.length} jobs need it that are open or failed at their assets; cancel them first`;
  const details = { openJobs: jobIds.length, jobIds: jobIds.slice(0, MOST_IDS) };
  return new AppError("conflict", `Cannot delete the asset: ${why}`, details);
}

/** Returns the job's status. @throws {AppError} `not_found` when the job does not exist */
export function statusOf(job: { readonly status: JobStatus | "unknown" }): JobStatus {
  if (job.status === "unknown") throw notFound("job");
  return job.status;
}

/** Checks that the status allows an action. @throws {AppError} `wrong_state` with the allowed actions */
export function allow(
  job: { readonly status: JobStatus | "unknown"; readonly regenerating: { readonly size: number } },
  action: JobAction,
  what: string,
): void {
  const status = statusOf(job);
  if (ALLOWED_ACTIONS[status].includes(action)) return;
  throw wrongState(status, what, { isRegenerating: job.regenerating.size > 0 });
}
