import type { EventLog, InMemoryProjections } from "../event_log/mod.ts";
import { asOfQuery } from "../history/mod.ts";
import { assetStream } from "./events.ts";
import { type AssetRow, createAssetQueries } from "./queries.ts";

/** A past state of an asset, with its version. */
export interface PastAsset {
  readonly asset: AssetRow;
  readonly version: number;
}

/** As-of queries of assets, answered from the events alone. */
export interface AssetsAsOf {
  /**
   * Finds an asset in its state at a moment.
   *
   * @param at - a position of the log or a time
   * @returns undefined when it did not exist then
   * @throws {AppError} `validation_failed` when `at` is not in the past
   */
  find(owner: string, id: string, at: string): Promise<AssetRow | undefined>;
  /** Finds the same with its version. */
  findVersion(owner: string, id: string, at: string): Promise<PastAsset | undefined>;
}

/** Creates the as-of queries over in-memory projections of assets. */
export function createAssetsAsOf(log: EventLog, scratch: InMemoryProjections): AssetsAsOf {
  const queries = createAssetQueries(scratch.read);

  async function findVersion(owner: string, id: string, at: string): Promise<PastAsset | undefined> {
    const last = await asOfQuery(at, log);
    const events = (await log.readStream(assetStream(id))).filter(({ position }) => position <= last);
    const version = events.at(-1)?.version ?? 0;
    return scratch.after(events, () => {
      const asset = queries.find(owner, id);
      return asset && { asset, version };
    });
  }

  return {
    findVersion,
    async find(owner, id, at) {
      return (await findVersion(owner, id, at))?.asset;
    },
  };
}
