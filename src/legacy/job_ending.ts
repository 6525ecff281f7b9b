import type { Static } from "@sinclair/typebox";
import type { JobCommand, VideoRendered } from "../jobs/mod.ts";

/** The state of a job in the old backend. */
export interface OldOutcome {
  /** The status in lower case; empty for none. */
  readonly status: string;
  readonly isApproved: boolean;
  readonly error: string | null;
  readonly hasScenes: boolean;
  readonly film: FilmOutcome;
}

/** The video of a rendered job, as its event has it. */
export type Film = Static<typeof VideoRendered.schema>;

/** The outcome of a job's film. */
export type FilmOutcome =
  | { readonly kind: "none" }
  | { readonly kind: "film"; readonly video: Film }
  | { readonly kind: "damaged"; readonly message: string };

/** The renderer's name for films of the old backend. */
const OLD_RENDERER = "legacy";

/** Returns the commands that give an approved job its film. */
export function filmCommands(video: Film): JobCommand[] {
  return [
    { do: "start render", renderer: OLD_RENDERER },
    { do: "complete", outputs: [{ outputId: "o1", video }] },
  ];
}

/** The commands that follow a job's assets and scenes. */
export interface Ending {
  readonly commands: readonly JobCommand[];
  readonly notes: readonly string[];
}

const COMPLETED = ["completed", "complete", "succeeded", "success", "done"];
const CANCELLED = ["cancelled", "canceled"];
const FAILED = ["failed", "error"];
const WAITING = ["storyboard_ready", "awaiting_approval", "ready"];

/**
 * Returns the commands that bring an old job to a valid status. Nothing is planned or rendered again without a `retry`,
 * and a job without a good film is never completed.
 *
 * | old status | new status |
 * | --- | --- |
 * | any, with a film | `completed`, with the film |
 * | cancelled | `cancelled` |
 * | storyboard ready, not approved | `storyboard_ready`; without scenes `failed` at planning |
 * | completed, or approved and under way | `failed` at rendering: the old file has no good film; retry renders one |
 * | failed | `failed` at rendering when it was approved, else at planning, with the old message |
 * | planning | `failed` at planning; retry plans it |
 * | anything else | `storyboard_ready` when there are scenes, else `failed` at planning |
 */
export function endingOf({ status, isApproved, error, hasScenes, film }: OldOutcome): Ending {
  if (film.kind === "film") {
    const was = COMPLETED.includes(status) ? [] : [`its status was '${status}', but it has a film`];
    return { commands: [{ do: "approve" }, ...filmCommands(film.video)], notes: was };
  }
  const known = [...COMPLETED, ...CANCELLED, ...FAILED, ...WAITING, ...UNDER_WAY].includes(status);
  const notes = known ? [] : [`its status '${status}' is unknown`];
  if (CANCELLED.includes(status)) return { commands: [{ do: "cancel" }], notes };
  if (FAILED.includes(status)) {
    const message = error ?? "Cannot make the video: it failed in the old backend, which gave no reason";
    return { commands: failedAt(hasScenes, isApproved, { code: "internal", message }), notes };
  }
  if (COMPLETED.includes(status)) {
    const why = film.kind === "damaged" ? `the old file's cannot be used (${film.message})` : "the old file has none";
    const message = `Cannot show the video: ${why}; retry to render a new one`;
    const more = film.kind === "none" ? ["it was completed, but the old file has no video"] : [];
    return { commands: failedAt(hasScenes, true, { code: "unavailable", message }), notes: [...notes, ...more] };
  }
  const wasRendering = isApproved || status === "video_processing";
  if (hasScenes && !wasRendering && !PLANNING.includes(status)) return { commands: [], notes };
  const message = "Cannot continue: the job was in progress in the old backend; retry to continue";
  return { commands: failedAt(hasScenes, wasRendering, { code: "unavailable", message }), notes };
}

const PLANNING = ["storyboard_processing"];
const UNDER_WAY = ["pending", "queued", "processing", "video_processing", ...PLANNING];

/** Returns the commands that fail a job: at rendering if it was approved, else at planning, which keeps its scenes. */
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
