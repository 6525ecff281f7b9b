/**
 * Media: the table of types, inspection of a file by its content, thumbnails, and the process that parses hostile
 * bytes.
 *
 * @module
 */

export { createResampler } from "./animatic/sound/resample.ts";
export type { MixedSound, MixPaths, SoundSpec } from "./animatic/sound/sound_spec.ts";
export type { AnimaticAsset, AnimaticSpec } from "./animatic/spec.ts";
export { FPS } from "./animatic/timeline.ts";
export { TRANSITIONS, type Transition } from "./animatic/transition.ts";
export { MediaFacts, ThumbnailFacts } from "./facts.ts";
export { deadly, mediaFailures, unreadable } from "./media_errors.ts";
export { createMediaService, type MediaCallOptions, type MediaService } from "./media_service.ts";
export type { FailedVideo, RenderedVideo } from "./rendered_output.ts";
export { createAnimaticRenderer, type Renderer } from "./renderer.ts";
export {
  ALL_MEDIA_TYPES,
  isMediaFormat,
  isMediaKind,
  MEDIA_FORMATS,
  MEDIA_KINDS,
  MEDIA_TYPES,
  type MediaFormat,
  type MediaKind,
  type MediaType,
  mediaTypeFor,
  mediaTypeOf,
  THUMBNAIL_CONTENT_TYPE,
  VIDEO_CONTENT_TYPE,
} from "./types.ts";
export {
  CAPTION_STYLES,
  LOOKS,
  PLATFORMS,
  type Platform,
  RESOLUTIONS,
  type Resolution,
  VIDEO_FORMATS,
  type VideoFormat,
} from "./video_shape.ts";
