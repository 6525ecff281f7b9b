import { AppError, isErrorCode } from "../core/errors.ts";
import { type EventLog, waitFor } from "../event_log/mod.ts";
import type { AssetQueries, AssetRow } from "./queries.ts";

/** The asset to wait for. */
export interface WaitUntilSettledOptions {
  readonly log: EventLog;
  readonly queries: AssetQueries;
  readonly owner: string;
  readonly id: string;
  readonly waitMs: number;
  /** Ends the wait, not the import. */
  readonly signal: AbortSignal;
}

/**
 * Waits until an import is over and returns the asset: ready, or pending when the time ran out.
 *
 * @throws {AppError} the import's own error with `details.assetId`; `not_found` when it was deleted in the meantime
 */
export async function waitUntilSettled({
  log,
  queries,
  owner,
  id,
  waitMs,
  signal,
}: WaitUntilSettledOptions): Promise<AssetRow> {
  const asset = await waitFor(log, () => queries.find(owner, id), {
    until: (row) => row?.status !== "pending",
    timeoutMs: waitMs,
    signal,
  });
  if (!asset) throw new AppError("not_found", `Cannot find asset ${id}: it was deleted`);
  if (asset.status === "failed") {
    const code = isErrorCode(asset.errorCode) ? asset.errorCode : "internal";
    throw importError({ code, message: asset.errorMessage ?? "Cannot import the asset" }, id);
  }
  return asset;
}

/** Returns the error of an import that failed: the asset stays, with its reason. */
export function importError({ code, message }: Pick<AppError, "code" | "message">, assetId: string): AppError {
  return new AppError(code, message, { assetId });
}
