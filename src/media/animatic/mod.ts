/**
 * The animatic: a preview video of a storyboard, made on this machine from its assets, texts and timing.
 *
 * It reads hostile bytes, so it belongs into a media process.
 *
 * @example
 * ```ts
 * const result = await renderAnimatic(spec, "/data/video.mp4", { signal, onProgress: (fraction) => report(fraction) });
 * ```
 *
 * @module
 */
export { type ContactSheetResult, renderContactSheet } from "./contact_sheet.ts";
export { renderAnimatic } from "./render.ts";
export type {
  AnimaticAsset,
  AnimaticFormat,
  AnimaticResolution,
  AnimaticResult,
  AnimaticScene,
  AnimaticSpec,
  AnimaticWarning,
  RenderOptions,
} from "./spec.ts";
