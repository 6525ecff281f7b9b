import { SQLiteError } from "bun:sqlite";
import { AppError } from "../errors.ts";

/** True when another connection has the lock that the statement needed; nothing was done. */
export function isBusy(error: unknown): boolean {
  return error instanceof SQLiteError && (error.code ?? "").startsWith("SQLITE_BUSY");
}

/** `unavailable` when the disk is full or fails, which passes; any other error as it is. */
export function asUnavailable(error: unknown, action: string): unknown {
  const cause = error instanceof Error && error.cause instanceof SQLiteError ? error.cause : error;
  if (!(cause instanceof SQLiteError)) return error;
  const code = cause.code ?? "";
  if (code === "SQLITE_FULL") return new AppError("unavailable", `Cannot ${action}: the disk is full`);
  if (code.startsWith("SQLITE_IOERR")) return new AppError("unavailable", `Cannot ${action}: the disk fails`);
  return error;
}
