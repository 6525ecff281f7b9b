import { AppError } from "../../core/errors.ts";
import { errorCode, shortageOf } from "../../core/shortage.ts";

/** Returns an `unavailable` error for a failed write, whatever its cause: a source file is never at fault for it. */
export function diskError(what: string, error: unknown): AppError {
  const why = shortageOf(error) ?? `the disk refuses it (${errorCode(error) ?? "for an unknown reason"})`;
  return new AppError("unavailable", `Cannot write ${what}: ${why}`);
}
