import type { PlanEstimate } from "../../storyboard/mod.ts";
import type { VideoSpecs } from "../events.ts";

/**
 * The rate card of the server's own work, in US dollars. The price of a model is its vendor's.
 */
const RATES = {
  /** Per asset that is downloaded, checked and stored. */
  importedAsset: 0.001,
  /** Per second of video, by resolution. */
  renderedSecond: { "480p": 0.0005, "720p": 0.001, "1080p": 0.002 },
} as const satisfies { importedAsset: number; renderedSecond: Record<VideoSpecs["resolution"], number> };

/** The estimated cost of a job. */
export interface CostEstimate {
  readonly estimatedCost: number;
  readonly currency: "USD";
  readonly breakdown: {
    readonly assets: { readonly imported: number; readonly cost: number };
    /** `cost` is null for a model whose price is unknown; the sum leaves it out. */
    readonly planning: { readonly provider: string; readonly model: string; readonly cost: number | null };
    readonly rendering: {
      readonly seconds: number;
      readonly resolution: VideoSpecs["resolution"];
      readonly cost: number;
    };
  };
}

/** The inputs of an estimate. */
export interface CostFactors {
  readonly importedAssets: number;
  readonly specs: VideoSpecs;
  readonly provider: string;
  readonly planning: PlanEstimate;
}

/** Estimates the cost of a job, for dry runs and new jobs alike. */
export function estimateCost({ importedAssets, specs, provider, planning }: CostFactors): CostEstimate {
  const assets = importCost(importedAssets);
  const rendering = renderCost(specs);
  return {
    estimatedCost: dollars(assets + (planning.cost ?? 0) + rendering),
    currency: "USD",
    breakdown: {
      assets: { imported: importedAssets, cost: assets },
      planning: { provider, model: planning.model, cost: planning.cost },
      rendering: { seconds: specs.duration, resolution: specs.resolution, cost: rendering },
    },
  };
}

/** Returns the cost of importing assets. */
export function importCost(assets: number): number {
  return dollars(assets * RATES.importedAsset);
}

/** Returns the cost of rendering a video. */
export function renderCost({ duration, resolution }: Pick<VideoSpecs, "duration" | "resolution">): number {
  return dollars(duration * RATES.renderedSecond[resolution]);
}

/** Rounds an amount to a millionth of a dollar. */
export function dollars(amount: number): number {
  return Math.round(amount * 1e6) / 1e6;
}
