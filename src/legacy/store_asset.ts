import { type AssetCommand, assetDecider } from "../assets/mod.ts";
import { AppError } from "../core/errors.ts";
import type { AssetItem } from "./assets.ts";
import { decideAll } from "./decide_all.ts";
import { metadataOf } from "./item.ts";
import { HeldMedia, type StoreMediaDeps } from "./store_media.ts";

/** Dependencies of {@linkcode storeAsset}. */
export interface StoreAssetDeps extends StoreMediaDeps {
  /** True to let the server download assets of which the old file has only a URL. */
  readonly fetch: boolean;
}

type Failure = Pick<Extract<AssetCommand, { do: "fail" }>, "code" | "message">;

/**
 * Stores an asset's bytes, inspects them and appends all of its events at once.
 *
 * @returns the error of a failed asset; null when it is ready or waits for its download
 * @throws {AppError} `unavailable` when the disk is full or the media process does not start: nothing is appended then
 */
export async function storeAsset(item: AssetItem, deps: StoreAssetDeps): Promise<Failure | null> {
  await using held = new HeldMedia(deps);
  const events = decideAll(assetDecider, item.id, await commandsOf(item, deps, held));
  await deps.log.append({ stream: item.stream, expected: "none", events }, metadataOf(item));
  const failed = events.find((event) => event.type === "AssetFailed");
  return failed?.type === "AssetFailed" ? failed.data : null;
}

async function commandsOf(item: AssetItem, deps: StoreAssetDeps, held: HeldMedia): Promise<AssetCommand[]> {
  const { id, request: asset, bytes } = item;
  if (bytes === null) return withoutBytes(item, deps);
  try {
    const stored = await held.store(bytes);
    const request: AssetCommand = { do: "request", asset, blob: { ...stored, sentContentType: null } };
    return [request, await describe(item, stored.sha256, held)];
  } catch (error) {
    if (!(error instanceof AppError) || error.code === "unavailable") throw error;
    if (held.count > 0) throw new Error(`Cannot import asset ${id}: an outcome was lost`, { cause: error });
    // The old file is damaged there, so nothing was stored.
    return [
      { do: "request", asset },
      { do: "fail", code: error.code, message: error.message },
    ];
  }
}

/** Leaves an asset pending, for the server's next start to download, only when that was requested. */
function withoutBytes({ request: asset }: AssetItem, { fetch }: StoreAssetDeps): AssetCommand[] {
  const hasUrl = asset.source.kind === "url";
  if (hasUrl && fetch) return [{ do: "request", asset }];
  const message = hasUrl
    ? "Cannot import the bytes: the old file has only their URL; run 'import-legacy --fetch' to download it"
    : "Cannot import the bytes: the old file has none";
  return [
    { do: "request", asset },
    { do: "fail", code: "source_error", message },
  ];
}

/** Inspects the content; an unreadable content becomes a failed asset. */
async function describe(item: AssetItem, sha256: string, held: HeldMedia): Promise<AssetCommand> {
  const { type } = item.request;
  try {
    const wants = ({ kind }: { readonly kind: string }) => type === null || type === kind;
    return { do: "describe", ...(await held.describe(sha256, { old: item.thumbnail, wants })) };
  } catch (error) {
    if (!(error instanceof AppError) || error.code === "unavailable") throw error;
    return { do: "fail", code: error.code, message: error.message };
  }
}
