import { AppError } from "../core/errors.ts";
import { asUnavailable } from "../core/shortage.ts";
import type { ProcessFailures } from "../processes/mod.ts";

/**
 * Creates the error for a known format that cannot be read: truncated, damaged or over a limit. `why` carries no inner
 * text.
 */
export function unreadable(what: string, why = "it is truncated or damaged"): AppError {
  return new AppError("media_unreadable", `Cannot read the ${what}: ${why}`);
}

/**
 * Converts a reader's failure: an AppError unchanged, `unavailable` if this machine lacked a resource, else
 * `media_unreadable` for a truncated or damaged file.
 */
export function refusalOf(error: unknown, what: string): AppError {
  const passing = asUnavailable(error, `read the ${what}`);
  return passing instanceof AppError ? passing : unreadable(what);
}

/** Creates the error for a file that crashed its process on each attempt, while other files were read. */
export function deadly(): AppError {
  return unreadable("file", "its decoder was killed or did not end each time it was tried");
}

/** Creates the error for content in none of the 22 formats; `what` names the detected format, null if unknown. */
export function unsupported(what: string | null): AppError {
  const why =
    what === null ? "neither text in UTF-8 nor of any known format" : `${what}, which is not a supported format`;
  return new AppError("unsupported_media_type", `Cannot use the file: it is ${why}`);
}

/** The errors for failures of a media process: a crash is the file's fault. */
export const mediaFailures: ProcessFailures = {
  codes: ["unsupported_media_type", "media_unreadable", "unavailable", "validation_failed"],
  overCpu: (cpuLimitMs) =>
    unreadable("file", `it takes more than the ${cpuLimitMs / 1000} s of processor time that it may`),
  ended: ({ overMemory }) =>
    unreadable("file", overMemory ? "it needs more memory than it may use" : "its decoder crashed"),
  failed: () => unreadable("file", "its decoder failed"),
  unavailable: (why) => new AppError("unavailable", `Cannot read the file: ${why}`),
};
