import { AppError, isErrorCode } from "../core/errors.ts";
import { type EventLog, waitFor } from "../event_log/mod.ts";
import type { WaitLimits } from "../http/mod.ts";
import type { AssetQueries, AssetRow } from "./queries.ts";

/** The asset to wait for. */
export interface WaitUntilSettledOptions {
  readonly log: EventLog;
  readonly queries: AssetQueries;
  readonly owner: string;
  readonly id: string;
  /** They end the wait, not the import. */
  readonly limits: WaitLimits;
}

/**
 * Waits until an import is over and returns the asset: ready, or pending when the time ran out.
 *
 * @throws {AppError} the import's own error with `details.assetId`; `not_found` when it was deleted in the meantime
 */
export async function waitUntilSettled(options: WaitUntilSettledOptions): Promise<AssetRow> {
  const { log, queries, owner, id, limits } = options;
  const isOver = (row: AssetRow | undefined) => row?.status !== "pending";
  const asset = await waitFor(log, () => queries.find(owner, id), { until: isOver, ...limits });
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
