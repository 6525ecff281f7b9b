import { type AssetQueries, requestWrite, retryWrite } from "../../assets/mod.ts";
import { isErrorCode } from "../../core/errors.ts";
import type { EventLog } from "../../event_log/mod.ts";
import type { AssetWrites } from "../commands.ts";
import type { StoredAsset } from "../rendering/animatic_of_job.ts";
import type { SettledAsset } from "./assets_worker.ts";

/** The port of the jobs slice to the assets slice. */
export interface AssetPort {
  readonly assetOf: (owner: string, assetId: string) => SettledAsset | undefined;
  readonly storedAsset: (owner: string, assetId: string) => StoredAsset | undefined;
  /** Returns the ids of those assets that can never become ready. */
  readonly lostOf: (owner: string, assetIds: readonly string[]) => readonly string[];
  readonly writes: AssetWrites;
}

/** Creates the port over the assets slice. */
export function createAssetPort(assets: AssetQueries, log: EventLog): AssetPort {
  return {
    assetOf(owner, assetId) {
      const row = assets.find(owner, assetId);
      if (!row) return undefined;
      const { status, name, type: kind, tags, width, height, duration, errorCode, errorMessage } = row;
      const isReady = status === "ready" && kind !== null;
      return {
        status,
        facts: isReady ? { assetId, kind, name, tags, width, height, duration } : null,
        error: isErrorCode(errorCode) ? { code: errorCode, message: errorMessage ?? "" } : null,
      };
    },
    storedAsset(owner, assetId) {
      const { sha256 = null, type: kind = null, format = null, focus } = assets.find(owner, assetId) ?? {};
      if (sha256 === null || kind === null || format === null) return undefined;
      return { sha256, kind, format, ...(focus ? { focus } : {}) };
    },
    lostOf: assets.lostOf,
    writes: {
      request({ assetId, url, name, type, clientId, campaignId }) {
        return requestWrite(assetId, { name, type, source: { kind: "url", url }, clientId, campaignId, tags: [] });
      },
      retry: (_owner, assetId) => retryWrite(log, assetId),
    },
  };
}
