import { AppError } from "../../errors.ts";
import { shortageOf } from "../../shortage.ts";

/** `unavailable` for a failed write, whatever the reason: what is written is never the fault of a file that was read. */
export function diskError(what: string, error: unknown): AppError {
  return new AppError("unavailable", `Cannot write ${what}: ${shortageOf(error) ?? "the disk refuses it"}`);
}
