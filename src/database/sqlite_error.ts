import { SQLiteError } from "bun:sqlite";

/** True when another connection has the lock that the statement needed; nothing was done. */
export function isBusy(error: unknown): boolean {
  return error instanceof SQLiteError && (error.code ?? "").startsWith("SQLITE_BUSY");
}
