import { type Static, Type } from "@sinclair/typebox";
import { OneOf } from "../../core/schema_kit.ts";
import { RESOLUTIONS, VIDEO_FORMATS } from "../video_shape.ts";
import { TRANSITIONS } from "./transition.ts";

const VISUAL_KINDS = ["image", "video", "audio"] as const;
/** The kind of an asset that a renderer uses. */
export type VisualKind = (typeof VISUAL_KINDS)[number];

const AnimaticAsset = Type.Object({
  /** The file with the bytes. */
  path: Type.String(),
  kind: OneOf(VISUAL_KINDS),
  /** The format name of the media table, e.g. `jpeg` or `mp4`. */
  format: Type.String(),
  /** The name by which people know it, for warnings. */
  name: Type.Optional(Type.String()),
  /** The file with the stored bytes of an image that may be animated; `path` is then its still picture. */
  animation: Type.Optional(Type.String()),
});
/** A stored asset of a scene, as a file. */
export type AnimaticAsset = Static<typeof AnimaticAsset>;

const AnimaticScene = Type.Object({
  /** The number of the scene, counted from 1. */
  sceneNumber: Type.Integer(),
  /** Tenths of a second, at least 1. */
  durationTenths: Type.Integer(),
  /** The caption. */
  script: Type.String(),
  /** The headline of a card, for a scene without a usable asset. */
  description: Type.String(),
  /** Free text; `wide`, `medium`, `close_up`, `product`, `tracking` and their synonyms move the camera. */
  shotType: Type.String(),
  /** The transition *into* the scene. */
  transition: OneOf(TRANSITIONS),
  assets: Type.Array(AnimaticAsset),
});
/** A scene of the approved storyboard. */
export type AnimaticScene = Static<typeof AnimaticScene>;

/** The input of a preview video, sent to the media process as JSON. */
export const AnimaticSpec = Type.Object({
  format: OneOf(VIDEO_FORMATS),
  resolution: OneOf(RESOLUTIONS),
  fps: Type.Literal(24),
  scenes: Type.Array(AnimaticScene),
  /** The text of the closing card. */
  callToAction: Type.String(),
  /** The product's name, shown on cards. */
  product: Type.String(),
  brand: Type.Optional(
    Type.Object({
      /** CSS colours, or phrases that contain a hexadecimal colour. The first is the accent. */
      colors: Type.Optional(Type.Array(Type.String())),
      /** Free text; picks a palette when there are no colours. */
      tone: Type.Optional(Type.String()),
    }),
  ),
  /** The sound bed; if absent, the first audio asset of the scenes. `null` means silence. */
  audio: Type.Optional(
    Type.Union([Type.Object({ path: Type.String(), name: Type.Optional(Type.String()) }), Type.Null()]),
  ),
});
/** The input of a preview video. */
export type AnimaticSpec = Static<typeof AnimaticSpec>;

/** A problem with something that could not be shown or heard; the video is made without it. */
export interface AnimaticWarning {
  /** The scene, or `null` for the video as a whole. */
  sceneNumber: number | null;
  /** One sentence for a person to read. */
  message: string;
}

/** The result of {@linkcode renderAnimatic}. */
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

/** The progress callback and the abort signal of a render. */
export interface RenderOptions {
  /** Called with a rising number from 0 to 1, at most a few times a second of video. */
  onProgress?: (fraction: number) => void;
  /** Stops the render within a second; the promise rejects with the signal's reason. */
  signal?: AbortSignal;
}
