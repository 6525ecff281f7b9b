import { AppError, type ErrorCode } from "../core/errors.ts";
import type { Brief } from "./brief.ts";
import type { PlannedScene, SceneConstraints } from "./scene_schema.ts";

/** The available planners, as `AI_PROVIDER` names them. */
export const PROVIDERS = ["template", "openai", "anthropic"] as const;

/** One of {@linkcode PROVIDERS}. */
export type Provider = (typeof PROVIDERS)[number];

/** The cost and duration of a plan, as recorded in its event. */
export interface PlanUsage {
  readonly provider: Provider;
  readonly model: string;
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** US dollars; null when the model's price is unknown. */
  readonly cost: number | null;
  readonly durationMs: number;
}

/** A failure of planning after a model has charged for its answers. */
export class PlanningError extends AppError {
  readonly usage: PlanUsage;

  constructor(code: ErrorCode, message: string, usage: PlanUsage) {
    super(code, message);
    this.usage = usage;
  }
}

/** An estimate of the cost of a plan. */
export interface PlanEstimate {
  /** US dollars; null when the model's price is unknown. */
  readonly cost: number | null;
  readonly currency: "USD";
  readonly model: string;
  readonly tokens?: { readonly input: number; readonly output: number };
}

/** A valid storyboard: durations add up to `brief.duration` exactly and every asset is used. */
export interface PlannedStoryboard {
  readonly scenes: readonly PlannedScene[];
  readonly usage: PlanUsage;
}

/** A request to regenerate one scene. */
export interface RegenerationRequest {
  /** The current storyboard, in order. */
  readonly scenes: readonly PlannedScene[];
  /** The index of the scene, from 0. */
  readonly index: number;
  readonly feedback?: string | null;
  readonly constraints?: SceneConstraints | null;
  /** The number of this regeneration of the scene, from 1. */
  readonly revision: number;
}

/**
 * A replacement for one scene. Its duration is `constraints.duration` or that of the replaced scene; the caller adjusts
 * the other scenes with `changeDuration`.
 */
export interface RegeneratedScene {
  readonly scene: PlannedScene;
  readonly usage: PlanUsage;
}

/**
 * The port of scene planning. Implementations are stateless. They throw an `AppError` with a message for the user, a
 * {@linkcode PlanningError} when the failure cost money, and the signal's reason when they are cancelled.
 */
export interface ScenePlanner {
  readonly name: Provider;
  estimate(brief: Brief): PlanEstimate;
  plan(brief: Brief, options: { signal: AbortSignal }): Promise<PlannedStoryboard>;
  regenerateScene(
    brief: Brief,
    request: RegenerationRequest,
    options: { signal: AbortSignal },
  ): Promise<RegeneratedScene>;
}
