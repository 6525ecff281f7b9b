import type { PlanEstimate } from "../storyboard/mod.ts";
import type { VideoSpecs } from "./events.ts";

/**
 * What the server's own work is priced at, in US dollars: a rate card, so that teams can compare and budget. A model's
 * price is its vendor's (storyboard planners).
 */
const RATES = {
  /** For each asset that is downloaded, checked and stored. */
  importedAsset: 0.001,
  /** For each second of video, by resolution. */
  renderedSecond: { "480p": 0.0005, "720p": 0.001, "1080p": 0.002 },
} as const satisfies { importedAsset: number; renderedSecond: Record<VideoSpecs["resolution"], number> };

/** What a job will cost, as far as it is known beforehand. */
export interface CostEstimate {
  readonly estimatedCost: number;
  readonly currency: "USD";
  readonly breakdown: {
    readonly assets: { readonly imported: number; readonly cost: number };
    /** `cost` is null for a model whose price is not known; the sum leaves it out. */
    readonly planning: { readonly provider: string; readonly model: string; readonly cost: number | null };
    readonly rendering: {
      readonly seconds: number;
      readonly resolution: VideoSpecs["resolution"];
      readonly cost: number;
    };
  };
}

/** What the estimate is made of. */
export interface CostFactors {
  readonly importedAssets: number;
  readonly specs: VideoSpecs;
  readonly provider: string;
  readonly planning: PlanEstimate;
}

/** The estimate of a job; the dry run and the job itself call this one function. */
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

/** What importing so many assets costs. */
export function importCost(assets: number): number {
  return dollars(assets * RATES.importedAsset);
}

/** What rendering such a video costs. */
export function renderCost({ duration, resolution }: Pick<VideoSpecs, "duration" | "resolution">): number {
  return dollars(duration * RATES.renderedSecond[resolution]);
}

/** An amount to a millionth of a dollar, without the drift of floats. */
export function dollars(amount: number): number {
  return Math.round(amount * 1e6) / 1e6;
}
