import { asUnavailable, isPassing } from "../../core/shortage.ts";
import type { AnimaticAsset } from "./spec.ts";

/** The reason why an asset cannot be shown or heard, in words for a person that name no file and no library. */
export class UnusableAsset extends Error {
  override readonly name = "UnusableAsset";
}

/** The longest shown name of an asset. */
const MAX_NAME = 80;

/** Returns the subject of a warning's sentence: `The video “Campfire” (mp4)`, or `A video (mp4)` without a name. */
export function titleOf(noun: "image" | "video" | "animation", { format, name }: AnimaticAsset): string {
  if (name) return `The ${noun} “${name.slice(0, MAX_NAME)}” (${format})`;
  return `${noun === "video" ? "A" : "An"} ${noun} (${format})`;
}

/**
 * Returns the end of a sentence about a failed asset: its own reason, or that it is damaged if a decoder gave up.
 *
 * @throws {AppError} `unavailable` if this machine lacked a resource, which is no property of the asset
 */
export function unusableReason(error: unknown): string {
  if (isPassing(error)) throw asUnavailable(error, "read an asset");
  return error instanceof UnusableAsset ? error.message : "it is damaged or in a form that cannot be decoded";
}
