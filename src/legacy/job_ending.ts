import type { JobCommand } from "../jobs/command.ts";

/** What the old backend said of a job. */
export interface OldOutcome {
  /** In lower case; empty for none. */
  readonly status: string;
  readonly isApproved: boolean;
  readonly error: string | null;
  readonly hasScenes: boolean;
}

/** How a job goes on after its assets and its scenes. */
export interface Ending {
  readonly commands: readonly JobCommand[];
  readonly notes: readonly string[];
}

const COMPLETED = ["completed", "complete", "succeeded", "success", "done"];
const CANCELLED = ["cancelled", "canceled"];
const FAILED = ["failed", "error"];
const WAITING = ["storyboard_ready", "awaiting_approval", "ready"];

/**
 * Brings an old job to a lawful end, truthfully: nothing is done again unasked, no video is claimed that is not here,
 * and whoever wants it goes on with `retry`.
 *
 * | old status | here |
 * | --- | --- |
 * | cancelled | `cancelled` |
 * | storyboard ready, not approved | `storyboard_ready`; without scenes `failed` at planning |
 * | completed, or approved and under way | `failed` at rendering: the old file has no video; retry renders it |
 * | failed | `failed` at rendering when it was approved, else at planning, with the old message |
 * | planning | `failed` at planning; retry plans it |
 * | anything else | `storyboard_ready` when there are scenes, else `failed` at planning |
 */
export function endingOf({ status, isApproved, error, hasScenes }: OldOutcome): Ending {
  const known = [...COMPLETED, ...CANCELLED, ...FAILED, ...WAITING, ...UNDER_WAY].includes(status);
  const notes = known ? [] : [`its status '${status}' is unknown here`];
  if (CANCELLED.includes(status)) return { commands: [{ do: "cancel" }], notes };
  if (FAILED.includes(status)) {
    const message = error ?? "Cannot make the video: it failed in the old backend, which did not say why";
    return { commands: failedAt(hasScenes, isApproved, { code: "internal", message }), notes };
  }
  if (COMPLETED.includes(status)) {
    const message = "Cannot show the video: the old file has none; retry makes it here";
    const more = ["it was completed, and its video is not in the old file"];
    return { commands: failedAt(hasScenes, true, { code: "unavailable", message }), notes: [...notes, ...more] };
  }
  const wasRendering = isApproved || status === "video_processing";
  if (hasScenes && !wasRendering && !PLANNING.includes(status)) return { commands: [], notes };
  const message = "Cannot go on by itself: it was under way in the old backend; retry goes on here";
  return { commands: failedAt(hasScenes, wasRendering, { code: "unavailable", message }), notes };
}

const PLANNING = ["storyboard_processing"];
const UNDER_WAY = ["pending", "queued", "processing", "video_processing", ...PLANNING];

/** A job fails at the step that it is at: rendering needs an approved storyboard; a new plan keeps the old scenes. */
function failedAt(
  hasScenes: boolean,
  isApproved: boolean,
  error: { readonly code: "internal" | "unavailable"; readonly message: string },
): JobCommand[] {
  if (!hasScenes) return [{ do: "fail", step: "planning", error }];
  if (isApproved) return [{ do: "approve" }, { do: "fail", step: "rendering", error }];
  return [
    { do: "regenerate all scenes", feedback: null },
    { do: "fail", step: "planning", error },
  ];
}
