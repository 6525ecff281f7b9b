import { AppError, type ErrorCode } from "../core/errors.ts";
import type { Brief } from "./brief.ts";
import type { PlannedScene, SceneConstraints } from "./scene_schema.ts";

/** The planners that exist; `AI_PROVIDER` names one. */
export const PROVIDERS = ["template", "openai", "anthropic"] as const;

/** One of {@linkcode PROVIDERS}. */
export type Provider = (typeof PROVIDERS)[number];

/** What planning took; it goes into the event as it is. */
export interface PlanUsage {
  readonly provider: Provider;
  readonly model: string;
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** US dollars, or null where the price of the model is not known. */
  readonly cost: number | null;
  readonly durationMs: number;
}

/** Planning that failed although a model had answered, which is paid for all the same. */
export class PlanningError extends AppError {
  readonly usage: PlanUsage;

  constructor(code: ErrorCode, message: string, usage: PlanUsage) {
    super(code, message);
    this.usage = usage;
  }
}

/** What planning will cost, roughly. */
export interface PlanEstimate {
  /** US dollars, or null where the price of the model is not known. */
  readonly cost: number | null;
  readonly currency: "USD";
  readonly model: string;
  readonly tokens?: { readonly input: number; readonly output: number };
}

/** A lawful storyboard: the durations add up to `brief.duration` exactly and every asset is used. */
export interface PlannedStoryboard {
  readonly scenes: readonly PlannedScene[];
  readonly usage: PlanUsage;
}

/** Which scene to plan anew, and how. */
export interface RegenerationRequest {
  /** The present storyboard, in order. */
  readonly scenes: readonly PlannedScene[];
  /** From 0. */
  readonly index: number;
  readonly feedback?: string | null;
  readonly constraints?: SceneConstraints | null;
  /** How often this scene was planned anew, this time included (1, 2, 3 …). */
  readonly revision: number;
}

/**
 * One scene in place of another. Its duration is `constraints.duration` or that of the scene it replaces; the identity
 * makes the others fit with `changeDuration` (best before asking, because it may refuse).
 */
export interface RegeneratedScene {
  readonly scene: PlannedScene;
  readonly usage: PlanUsage;
}

/**
 * The port of scene planning. Implementations throw `AppError` with a sentence for the person whose job fails (a
 * {@linkcode PlanningError} where that has cost something), and the signal's reason when they are cancelled; they keep
 * no state between calls.
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
