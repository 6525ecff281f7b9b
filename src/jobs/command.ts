import type { Static } from "@sinclair/typebox";
import type { ErrorCode } from "../core/errors.ts";
import type { PlanUsage, SceneConstraints } from "../storyboard/mod.ts";
import type { AssetFacts, JobCreated, JobStep, StoredScene, VideoRendered } from "./events.ts";

/** A scene by its id or its number, as a path names it. */
export type SceneReference = string | number;

/** What people ask of a job. */
export type PersonCommand =
  | { readonly do: "create"; readonly job: Static<typeof JobCreated.schema> }
  | { readonly do: "approve" }
  | { readonly do: "reject storyboard"; readonly feedback: string }
  | { readonly do: "regenerate all scenes"; readonly feedback: string | null }
  | {
      readonly do: "regenerate scene";
      readonly scene: SceneReference;
      readonly feedback: string | null;
      readonly constraints: SceneConstraints | null;
    }
  | { readonly do: "update scene"; readonly scene: SceneReference; readonly changes: SceneChanges }
  | { readonly do: "delete scene"; readonly scene: SceneReference }
  | { readonly do: "retry"; readonly waitingFor: readonly string[] }
  | { readonly do: "cancel" };

/** What workers found out. It concerns a step; when the job has left it, nothing happens. */
export type OutcomeCommand =
  | { readonly do: "note assets ready"; readonly assets: readonly AssetFacts[]; readonly cost: number }
  | { readonly do: "fail"; readonly step: JobStep; readonly plan?: number; readonly error: JobError }
  | {
      readonly do: "store scenes";
      readonly plan: number;
      readonly scenes: readonly StoredScene[];
      readonly usage: PlanUsage | null;
    }
  | {
      readonly do: "store scene";
      readonly sceneId: string;
      readonly revision: number;
      readonly scene: SceneContent;
      readonly usage: PlanUsage;
    }
  | { readonly do: "fail scene"; readonly sceneId: string; readonly revision: number; readonly error: JobError }
  | { readonly do: "start render"; readonly renderer: string }
  | { readonly do: "note render progress"; readonly fraction: number }
  | { readonly do: "complete"; readonly video: Static<typeof VideoRendered.schema> };

/** Everything that can be asked of a job. */
export type JobCommand = PersonCommand | OutcomeCommand;

/** Why a step failed. */
export interface JobError {
  readonly code: ErrorCode;
  readonly message: string;
  readonly assetId?: string | null;
  /** What a model was paid for although it failed. */
  readonly usage?: PlanUsage;
}

/** A scene without its id. */
export type SceneContent = Omit<StoredScene, "sceneId">;
/** What a person may edit of a scene. */
export type SceneChanges = Partial<SceneContent>;
