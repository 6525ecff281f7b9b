import type { PlanEstimate } from "../../storyboard/mod.ts";
import type { VideoOutput, VideoSpecs } from "../events.ts";

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
    /** Null without a voice; `cost` is null for a voice whose price is unknown, and the sum leaves it out. */
    readonly voice: { readonly provider: string; readonly model: string; readonly cost: number | null } | null;
    /** `resolution` is that of the first output, `cost` that of all. */
    readonly rendering: {
      readonly seconds: number;
      readonly resolution: VideoSpecs["resolution"];
      readonly outputs: {
        readonly name: string;
        readonly format: VideoOutput["format"];
        readonly resolution: VideoSpecs["resolution"];
        readonly cost: number;
      }[];
      readonly cost: number;
    };
  };
}

/** The inputs of an estimate. */
export interface CostFactors {
  readonly importedAssets: number;
  readonly specs: VideoSpecs;
  readonly outputs: readonly VideoOutput[];
  readonly voice: CostEstimate["breakdown"]["voice"];
  readonly provider: string;
  readonly planning: PlanEstimate;
}

/** Estimates the cost of a job, for dry runs and new jobs alike. */
export function estimateCost(factors: CostFactors): CostEstimate {
  const { importedAssets, specs, voice, provider, planning } = factors;
  const { duration, resolution } = specs;
  const assets = importCost(importedAssets);
  const outputs = factors.outputs.map(({ name, format, resolution }) => {
    return { name, format, resolution, cost: renderCost({ duration, resolution }) };
  });
  const rendering = dollars(outputs.reduce((sum, { cost }) => sum + cost, 0));
  return {
    estimatedCost: dollars(assets + (planning.cost ?? 0) + (voice?.cost ?? 0) + rendering),
    currency: "USD",
    breakdown: {
      assets: { imported: importedAssets, cost: assets },
      planning: { provider, model: planning.model, cost: planning.cost },
      voice,
      rendering: { seconds: duration, resolution, outputs, cost: rendering },
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
