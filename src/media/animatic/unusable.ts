import { asUnavailable, isPassing } from "../../core/shortage.ts";

/** The reason why an asset cannot be shown or heard, in words for a person that name no file and no library. */
export class UnusableAsset extends Error {
  override readonly name = "UnusableAsset";
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
