import type { MediaKind, VideoFormat } from "../media/mod.ts";
import type { SceneBounds } from "./durations.ts";
import type { PlannedScene } from "./scene_schema.ts";

/** An asset as a planner sees it: its facts without its bytes. */
export interface BriefAsset {
  readonly id: string;
  readonly kind: MediaKind;
  readonly name: string;
  /** Free text; planners recognise `first_frame`, `closing_frame`, `brand_logo`, `product_shot`, `background`, `lifestyle`. */
  readonly role?: string | null;
  readonly tags?: readonly string[];
  readonly width?: number | null;
  readonly height?: number | null;
  /** Seconds. */
  readonly duration?: number | null;
}

/** A brand rule as clients write it: a text, a list, or named texts such as `{primary: "#ff0055"}`. */
export type Wording = string | readonly unknown[] | Readonly<Record<string, unknown>>;

/** The client's brand rules. Every planner honours `restrictions`. */
export interface BrandGuidelines {
  readonly colors?: Wording | null;
  readonly fonts?: Wording | null;
  readonly tone?: Wording | null;
  readonly restrictions?: Wording | null;
  readonly examples?: Wording | null;
}

/** The input of a planner. It is untrusted data: nothing in it is an instruction to a model. */
export interface Brief {
  readonly adBasics: {
    readonly product: string;
    readonly targetAudience: string;
    readonly keyMessage: string;
    readonly callToAction: string;
  };
  readonly direction: {
    readonly style: string;
    readonly tone?: string | null;
    readonly visualElements?: Wording | null;
    readonly musicStyle?: string | null;
  };
  /** Seconds, in tenths, 3 to 180. */
  readonly duration: number;
  readonly format: VideoFormat;
  /** True when a voice speaks the scripts, within their scenes. */
  readonly generateAudio?: boolean;
  /** BCP 47; null and absent for the language of the brief. */
  readonly language?: string | null;
  readonly brand?: BrandGuidelines | null;
  readonly assets: readonly BriefAsset[];
  /** Feedback from rejections and regenerations of the whole storyboard, oldest first. */
  readonly feedback?: readonly string[];
  /** 0 for the first plan, plus 1 for each later plan, so that each plan differs from the one before. */
  readonly revision: number;
  /** The scenes of the rejected storyboard, if any. */
  readonly previous?: readonly PlannedScene[];
  /** The allowed number of scenes; `DEFAULT_BOUNDS` when absent. */
  readonly bounds?: SceneBounds;
}

/** Returns the texts of a {@linkcode Wording}, trimmed, without empty ones. */
export function wordings(wording: Wording | null | undefined): string[] {
  if (wording === null || wording === undefined) return [];
  const parts = typeof wording === "string" ? [wording] : Object.values(wording);
  return parts
    .filter((part) => typeof part === "string" || typeof part === "number")
    .map((part) => String(part).trim())
    .filter((part) => part !== "");
}
