import { assetDecider, createAssetQueries } from "../assets/mod.ts";
import { createCampaignQueries } from "../campaigns/mod.ts";
import { createClientQueries } from "../clients/mod.ts";
import { execute, type Store } from "../event_log/mod.ts";
import { createAssetPort } from "../jobs/mod.ts";
import type { AssetItem } from "./assets.ts";
import { createClientScopes } from "./client_scopes.ts";
import { FINE, type Outcome, type Target } from "./import_target.ts";
import { metadataOf } from "./item.ts";
import type { JobItem } from "./jobs.ts";
import { type StoreAssetDeps, storeAsset } from "./store_asset.ts";
import { storeJob, storeMissingFilm } from "./store_job.ts";

/** Dependencies of {@linkcode createStoreTarget}. */
export interface StoreTargetDeps extends Pick<StoreAssetDeps, "blobs" | "media" | "fetch"> {
  readonly store: Store;
}

/** Creates a target that writes. No server may run on the directory: its sweep could remove bytes that have no event yet. */
export function createStoreTarget({ store, blobs, media, fetch }: StoreTargetDeps): Target {
  const { log, read } = store;
  const clients = createClientQueries(read);
  const assets = createAssetQueries(read);
  const hasClient = (owner: string, clientId: string) => clients.find(owner, clientId) !== undefined;
  const deps = { log, blobs, media, fetch };

  /** Makes an asset without bytes pending again, so that the server downloads it at its next start. */
  async function refetch(item: AssetItem): Promise<Outcome | null> {
    const { id, stream, owner } = item;
    const asset = assets.find(owner, id);
    if (asset?.errorCode !== "source_error" || asset.sourceUrl === null) return null;
    await execute({ do: "retry" }, { log, decider: assetDecider, stream, id, metadata: metadataOf(item) });
    return { ...FINE, notes: ["it will be downloaded when the server starts"] };
  }

  /** Adds the film that an earlier release did not import. */
  async function addFilm(item: JobItem): Promise<Outcome | null> {
    const film = await storeMissingFilm(item, deps);
    return film && { ...FINE, film: film.kind, notes: ["its film was missing and has been imported"] };
  }

  return {
    clientScopes: createClientScopes({ hasClient, campaigns: createCampaignQueries(read) }),
    brandOf: (owner, clientId) => clients.find(owner, clientId)?.brandGuidelines ?? null,
    assetOf: createAssetPort(assets, log).assetOf,
    firstOf: async (stream) => (await log.readStream(stream))[0]?.metadata ?? null,
    async keep(item) {
      if (item.kind === "job") return await addFilm(item);
      return fetch && item.kind === "asset" ? await refetch(item) : null;
    },
    async put(item) {
      if (item.kind === "asset") {
        const failure = await storeAsset(item, deps);
        return { ...FINE, failure: failure?.message ?? null };
      }
      if (item.kind === "job") {
        const film = await storeJob(item, deps);
        const damaged = film.kind === "damaged" ? [`its film cannot be used: ${film.message}`] : [];
        return { ...FINE, film: film.kind, notes: [...damaged, ...item.notesWith(film)] };
      }
      await log.append({ stream: item.stream, expected: "none", events: item.events }, metadataOf(item));
      return FINE;
    },
  };
}
