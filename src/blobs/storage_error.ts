import { AppError } from "../errors.ts";

const FULL = new Set(["ENOSPC", "EDQUOT", "SQLITE_FULL", "SQLITE_IOERR_SHMSIZE"]);

/** The code of a system or SQLite error, or `undefined`. */
export function errorCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || !("code" in error)) return undefined;
  return typeof error.code === "string" ? error.code : undefined;
}

/** A full disk becomes `unavailable`, because the sender can retry it; any other error stays what it is. */
export function storageError(error: unknown): unknown {
  if (!FULL.has(errorCode(error) ?? "")) return error;
  return new AppError("unavailable", "Cannot store the file: the server's disk is full");
}
