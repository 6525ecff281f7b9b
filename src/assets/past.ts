import type { EventLog, Scratch } from "../event_log/mod.ts";
import { momentOf, upTo } from "../history/moment.ts";
import { assetStream } from "./events.ts";
import { type AssetRow, createAssetQueries } from "./queries.ts";

/** What was, from the events alone. */
export interface AssetPast {
  /**
   * The asset as it was.
   *
   * @param at a position of the log or a time
   * @returns undefined when it was not there then
   * @throws {AppError} `validation_failed` when `at` is no moment of the past
   */
  find(owner: string, id: string, at: string): Promise<AssetRow | undefined>;
}

/** The past of assets; the scratch has their projection. */
export function createAssetPast(log: EventLog, scratch: Scratch): AssetPast {
  const queries = createAssetQueries(scratch.read);
  return {
    async find(owner, id, at) {
      const moment = await momentOf(at, log);
      const events = upTo(await log.readStream(assetStream(id)), moment);
      return scratch.after(events, () => queries.find(owner, id));
    },
  };
}
