import { AppError } from "../../errors.ts";

/** What a failed write means to the person who waits for it: `unavailable`, and whether the disk is full. */
export function diskError(what: string, error: unknown): AppError {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  const full = code === "ENOSPC" || code === "EDQUOT" || code === "EFBIG";
  const why = full ? "the disk is full" : `the disk refuses it${code === "" ? "" : ` (${code})`}`;
  return new AppError("unavailable", `Cannot write ${what}: ${why}`);
}
