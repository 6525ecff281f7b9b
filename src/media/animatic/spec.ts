import type { Transition } from "./transition.ts";

/** What an asset is to the renderer. */
export type VisualKind = "image" | "video" | "audio";

/** One stored asset of a scene: where its bytes are and what the inspection found them to be. */
export interface AnimaticAsset {
  /** The file with the bytes. */
  path: string;
  kind: VisualKind;
  /** The format name of the media table, e.g. `jpeg` or `mp4`. */
  format: string;
  /** The file with the stored bytes of an image that may be animated; `path` is then its still picture. */
  animation?: string;
}

/** One scene of the approved storyboard. */
export interface AnimaticScene {
  /** Counted from 1. */
  sceneNumber: number;
  /** Tenths of a second, at least 1. */
  durationTenths: number;
  /** What is said: the caption. */
  script: string;
  /** What is seen: the headline of a card, where there is no asset to show. */
  description: string;
  /** Free text; `wide`, `medium`, `close_up`, `product`, `tracking` and their synonyms move the camera. */
  shotType: string;
  /** It leads *into* the scene. */
  transition: Transition;
  assets: AnimaticAsset[];
}

/** The shape of the picture. */
export type AnimaticFormat = "16:9" | "9:16" | "1:1";

/** The shorter side of the picture: 480, 720 or 1080 pixels. */
export type AnimaticResolution = "480p" | "720p" | "1080p";

/** Everything that a preview video is made of; it crosses the border of the media process as JSON. */
export interface AnimaticSpec {
  format: AnimaticFormat;
  resolution: AnimaticResolution;
  fps: 24;
  scenes: AnimaticScene[];
  /** The text of the closing card. */
  callToAction: string;
  /** The product's name, shown on cards. */
  product: string;
  brand?: {
    /** CSS colours; a hexadecimal colour inside a phrase is found too. The first is the accent. */
    colors?: string[];
    /** Free text; picks a palette where there are no colours. */
    tone?: string;
  };
  /** The sound bed; where it is absent, the first audio asset of the scenes. `null` asks for silence. */
  audio?: { path: string } | null;
}

/** Something that could not be shown or heard as asked; the video is made without it. */
export interface AnimaticWarning {
  /** The scene, or `null` for the video as a whole. */
  sceneNumber: number | null;
  /** One sentence for a person. */
  message: string;
}

/** What {@linkcode renderAnimatic} made. */
export interface AnimaticResult {
  frames: number;
  /** Pixels. */
  width: number;
  /** Pixels. */
  height: number;
  /** `frames / fps`: within one frame of the storyboard's duration. */
  durationSeconds: number;
  warnings: AnimaticWarning[];
}

/** How a render reports and how it is stopped. */
export interface RenderOptions {
  /** Called with a rising number from 0 to 1, at most a few times a second of video. */
  onProgress?: (fraction: number) => void;
  /** Stops the render within a second; the promise rejects with the signal's reason. */
  signal?: AbortSignal;
}
