import { asUnavailable, isPassing } from "../../core/shortage.ts";

/** Why an asset cannot be shown or heard, in words for a person that name no file and no library. */
export class UnusableAsset extends Error {
  override readonly name = "UnusableAsset";
}

/**
 * The end of a sentence about an asset that failed: its own reason, or that it is damaged, where a decoder gave up.
 *
 * @throws {AppError} `unavailable` where this machine was short of something: that says nothing about the asset
 */
export function unusableReason(error: unknown): string {
  if (isPassing(error)) throw asUnavailable(error, "read an asset");
  return error instanceof UnusableAsset ? error.message : "it is damaged or in a form that cannot be decoded";
}
