import { AppError } from "../../core/errors.ts";
import { errorCode, shortageOf } from "../../core/shortage.ts";

/** `unavailable` for a failed write, whatever the reason: what is written is never the fault of a file that was read. */
export function diskError(what: string, error: unknown): AppError {
  const why = shortageOf(error) ?? `the disk refuses it (${errorCode(error) ?? "for an unknown reason"})`;
  return new AppError("unavailable", `Cannot write ${what}: ${why}`);
}
