import { assetDecider } from "../assets/decide.ts";
import { createAssetQueries } from "../assets/mod.ts";
import { createCampaignQueries } from "../campaigns/mod.ts";
import { createClientQueries } from "../clients/mod.ts";
import { execute, type Store } from "../event_log/mod.ts";
import { createAssetPort } from "../jobs/mod.ts";
import type { AssetItem } from "./assets.ts";
import { metadataOf } from "./item.ts";
import { createPlaces } from "./places.ts";
import { type StoreAssetDeps, storeAsset } from "./store_asset.ts";
import { isAsset, type Target } from "./target.ts";

/** What a target over a data directory is made of. */
export interface StoreTargetDeps extends Pick<StoreAssetDeps, "blobs" | "media" | "fetch"> {
  readonly store: Store;
}

/** The target that really writes. No server may run on the directory: its sweep could take bytes that have no event yet. */
export function createStoreTarget({ store, blobs, media, fetch }: StoreTargetDeps): Target {
  const { log, read } = store;
  const clients = createClientQueries(read);
  const assets = createAssetQueries(read);
  const hasClient = (owner: string, clientId: string) => clients.find(owner, clientId) !== undefined;
  const deps = { log, blobs, media, isReferenced: assets.isReferenced, fetch };

  /** An asset that an earlier run could not get: pending again, so that the server's next start fetches it. */
  async function refetch(item: AssetItem): Promise<string | null> {
    const { id, stream, owner } = item;
    const asset = assets.find(owner, id);
    if (asset?.errorCode !== "source_error" || asset.sourceUrl === null) return null;
    await execute({ do: "retry" }, { log, decider: assetDecider, stream, id, metadata: metadataOf(item) });
    return "it waits to be fetched when the server starts";
  }

  return {
    places: createPlaces({ hasClient, campaigns: createCampaignQueries(read) }),
    brandOf: (owner, clientId) => clients.find(owner, clientId)?.brandGuidelines ?? null,
    assetOf: createAssetPort(assets, log).assetOf,
    firstOf: async (stream) => (await log.readStream(stream))[0]?.metadata ?? null,
    keep: async (item) => (fetch && isAsset(item) ? await refetch(item) : null),
    async put(item) {
      if (isAsset(item)) return await storeAsset(item, deps);
      await log.append({ stream: item.stream, expected: "none", events: item.events }, metadataOf(item));
      return null;
    },
  };
}
