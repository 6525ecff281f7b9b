import { SQLiteError } from "bun:sqlite";

/** Returns true when another connection holds the lock that the statement needed; nothing was done. */
export function isBusy(error: unknown): boolean {
  return error instanceof SQLiteError && (error.code ?? "").startsWith("SQLITE_BUSY");
}
