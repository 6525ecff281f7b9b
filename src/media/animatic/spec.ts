import { type Static, Type } from "@sinclair/typebox";
import { OneOf } from "../../core/schema_kit.ts";
import { CAPTION_STYLES, LOOKS, PLATFORMS, RESOLUTIONS, VIDEO_FORMATS } from "../video_shape.ts";
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
  /** The position of its subject, as fractions of its width and height. */
  focus: Type.Optional(
    Type.Object({ x: Type.Number({ minimum: 0, maximum: 1 }), y: Type.Number({ minimum: 0, maximum: 1 }) }),
  ),
});
/** A stored asset of a scene, as a file. */
export type AnimaticAsset = Static<typeof AnimaticAsset>;

const SpokenWord = Type.Object({ text: Type.String(), start: Type.Number(), end: Type.Number() });
/** A word of the voice with its time, in seconds of the film. */
export type SpokenWord = Static<typeof SpokenWord>;

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
  /** The words that are spoken in the scene, in seconds of the film. Without them, captions are timed by their letters. */
  words: Type.Optional(Type.Array(SpokenWord)),
});
/** A scene of the approved storyboard. */
export type AnimaticScene = Static<typeof AnimaticScene>;

const AnimaticOutput = Type.Object({
  /** Unique within the spec. */
  id: Type.String({ minLength: 1 }),
  format: OneOf(VIDEO_FORMATS),
  resolution: OneOf(RESOLUTIONS),
  /** The app whose buttons the texts must not collide with. */
  platform: OneOf(PLATFORMS),
});
/** One of the shapes in which a film is rendered. */
export type AnimaticOutput = Static<typeof AnimaticOutput>;

/** The maximum of outputs of one film. */
export const MAX_OUTPUTS = 6;

/** The input of a film, sent to the render process as JSON. */
export const AnimaticSpec = Type.Object({
  fps: Type.Literal(24),
  outputs: Type.Array(AnimaticOutput, { minItems: 1, maxItems: MAX_OUTPUTS }),
  /** `animatic` shows a slate with the number and the shot of each scene. */
  look: OneOf(LOOKS),
  /** Free text, such as the storyboard's `direction.style`; picks type, colours and motion. */
  style: Type.String(),
  captions: OneOf(CAPTION_STYLES),
  /** The language of the texts (BCP 47), if known. */
  language: Type.Union([Type.String(), Type.Null()]),
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
      /** The logo, as a picture file. */
      logo: Type.Optional(Type.Object({ path: Type.String() })),
      /** The files of the brand's fonts; `weight` is the one that a file stands for. */
      fonts: Type.Optional(
        Type.Array(
          Type.Object({ path: Type.String(), weight: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000 })) }),
        ),
      ),
    }),
  ),
  /** An MP4 file with an AAC track of the film's length, whose packets are copied to each output; null for none. */
  soundtrack: Type.Union([Type.Object({ path: Type.String() }), Type.Null()]),
});
/** The input of a film. */
export type AnimaticSpec = Static<typeof AnimaticSpec>;

/** Returns the output that stands for the film as a whole, such as on a contact sheet. */
export function firstOutput({ outputs }: AnimaticSpec): AnimaticOutput {
  const [first] = outputs;
  if (!first) throw new RangeError("Cannot render: the spec has no output");
  return first;
}

/** A problem with something that could not be shown or heard; the video is made without it. */
export interface AnimaticWarning {
  /** The scene, or `null` for the video as a whole. */
  sceneNumber: number | null;
  /** One sentence for a person to read. */
  message: string;
}

/** The result of one output. */
export interface RenderedOutput {
  id: string;
  frames: number;
  /** Pixels. */
  width: number;
  /** Pixels. */
  height: number;
  /** `frames / fps`: within one frame of the storyboard's duration. */
  durationSeconds: number;
  warnings: AnimaticWarning[];
}

/** An output that could not be made, while others could. */
export interface FailedOutput {
  id: string;
  error: unknown;
}

/** The progress callback and the abort signal of a render. */
export interface RenderOptions {
  /** Called with a rising number from 0 to 1 for each output, at most a few times a second of video. */
  onProgress?: (outputId: string, fraction: number) => void;
  /** Stops the render within a second; the promise rejects with the signal's reason. */
  signal?: AbortSignal;
}
