import type { EventLog, InMemoryProjections } from "../event_log/mod.ts";
import { asOfQuery, upTo } from "../history/as_of_query.ts";
import { assetStream } from "./events.ts";
import { type AssetRow, createAssetQueries } from "./queries.ts";

/** An asset as it was, at the version that it had then. */
export interface PastAsset {
  readonly asset: AssetRow;
  readonly version: number;
}

/** What was, from the events alone. */
export interface AssetsAsOf {
  /**
   * The asset as it was.
   *
   * @param at a position of the log or a time
   * @returns undefined when it was not there then
   * @throws {AppError} `validation_failed` when `at` is no moment of the past
   */
  find(owner: string, id: string, at: string): Promise<AssetRow | undefined>;
  /** The same, with the version that it had. */
  findVersion(owner: string, id: string, at: string): Promise<PastAsset | undefined>;
}

/** The past of assets; the scratch has their projection. */
export function createAssetsAsOf(log: EventLog, scratch: InMemoryProjections): AssetsAsOf {
  const queries = createAssetQueries(scratch.read);

  async function findVersion(owner: string, id: string, at: string): Promise<PastAsset | undefined> {
    const moment = await asOfQuery(at, log);
    const events = upTo(await log.readStream(assetStream(id)), moment);
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
