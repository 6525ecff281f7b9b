import type { Static } from "@sinclair/typebox";
import type { ErrorCode } from "../core/errors.ts";
import type { PlanUsage, SceneConstraints } from "../storyboard/mod.ts";
import type {
  AssetFacts,
  JobCreated,
  JobStep,
  LineSpoken,
  SoundMixed,
  StoredScene,
  VideoRendered,
  VoiceRecorded,
} from "./events.ts";

/** A scene's id or number, as in a path. */
export type SceneReference = string | number;

/** A command of a user. */
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

/** The outcome of a worker's step. It has no effect when the job has left that step. */
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
  | { readonly do: "store line"; readonly line: Static<typeof LineSpoken.schema> }
  | { readonly do: "finish voice"; readonly warnings: Static<typeof VoiceRecorded.schema>["warnings"] }
  | { readonly do: "start render"; readonly renderer: string }
  | { readonly do: "store sound"; readonly sound: Static<typeof SoundMixed.schema> }
  | {
      readonly do: "note render progress";
      readonly fraction: number;
      readonly outputs?: readonly { readonly outputId: string; readonly fraction: number }[];
    }
  | { readonly do: "complete"; readonly outputs: readonly [OutputResult, ...OutputResult[]] };

/** The result of an output: its video, or the error for which it has none. */
export type OutputResult =
  | { readonly outputId: string; readonly video: Static<typeof VideoRendered.schema> }
  | { readonly outputId: string; readonly error: JobError };

/** Every command of a job. */
export type JobCommand = PersonCommand | OutcomeCommand;

/** The error of a failed step. */
export interface JobError {
  readonly code: ErrorCode;
  readonly message: string;
  readonly assetId?: string | null;
  /** The cost of a model's answers before the failure. */
  readonly usage?: PlanUsage;
}

/** A scene without its id. */
export type SceneContent = Omit<StoredScene, "sceneId">;
/** The editable fields of a scene. */
export type SceneChanges = Partial<SceneContent>;
