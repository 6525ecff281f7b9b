import { type AssetCommand, assetDecider } from "../assets/decide.ts";
import { blobIdOf } from "../assets/mod.ts";
import { type BlobStore, collect, type StagedBlob } from "../blobs/mod.ts";
import { AppError } from "../errors.ts";
import type { EventLog } from "../event_log/mod.ts";
import { type MediaService, THUMBNAIL_CONTENT_TYPE } from "../media/mod.ts";
import type { AssetItem } from "./assets.ts";
import { decideAll } from "./decide_all.ts";
import { metadataOf } from "./item.ts";
import type { OldBytes } from "./old_tables.ts";

/** What storing an asset needs. */
export interface StoreAssetDeps {
  readonly log: EventLog;
  readonly blobs: BlobStore;
  readonly media: MediaService;
  readonly isReferenced: (sha256: string) => boolean;
  /** Whether a server shall fetch what the old file has no bytes of. */
  readonly fetch: boolean;
}

type Failure = Pick<Extract<AssetCommand, { do: "fail" }>, "code" | "message">;

/**
 * Stores an asset's bytes, inspects them as any others and appends all of its events at once.
 *
 * @returns why the asset is failed now; null when it is ready, or waits to be fetched
 * @throws {AppError} `unavailable` when the disk is full or the media process does not start: nothing is appended then
 */
export async function storeAsset(item: AssetItem, deps: StoreAssetDeps): Promise<Failure | null> {
  const { log, blobs, isReferenced } = deps;
  const touched: StagedBlob[] = [];
  try {
    const commands = await commandsOf(item, deps, touched);
    const events = decideAll(assetDecider, item.id, commands);
    await log.append({ stream: item.stream, expected: "none", events }, metadataOf(item));
    const failed = events.find((event) => event.type === "AssetFailed");
    return failed?.type === "AssetFailed" ? failed.data : null;
  } finally {
    // Held until the events name them; what they do not need goes at once.
    for (const { release } of touched) release();
    for (const { sha256 } of touched) await collect(sha256, { blobs, isReferenced });
  }
}

async function commandsOf(item: AssetItem, deps: StoreAssetDeps, touched: StagedBlob[]): Promise<AssetCommand[]> {
  const { id, request: asset, bytes } = item;
  if (bytes === null) return withoutBytes(item, deps);
  try {
    const staged = await deps.blobs.write(bytes.read(), { maxBytes: Number.POSITIVE_INFINITY });
    touched.push(staged);
    const { sha256, sizeBytes } = staged;
    const request: AssetCommand = {
      do: "request",
      asset,
      blob: { blobId: blobIdOf(sha256), sha256, sizeBytes, sentContentType: null },
    };
    return [request, await describe(item, sha256, deps, touched)];
  } catch (error) {
    if (!(error instanceof AppError) || error.code === "unavailable") throw error;
    if (touched.length > 0) throw new Error(`Cannot import asset ${id}: an outcome was lost`, { cause: error });
    // The old file itself is damaged there: nothing was stored.
    return [
      { do: "request", asset },
      { do: "fail", code: error.code, message: error.message },
    ];
  }
}

/** The server fetches a pending asset at its next start; without a wish for that, nothing goes out. */
function withoutBytes({ request: asset }: AssetItem, { fetch }: StoreAssetDeps): AssetCommand[] {
  const hasUrl = asset.source.kind === "url";
  if (hasUrl && fetch) return [{ do: "request", asset }];
  const message = hasUrl
    ? "Cannot import the bytes: the old file has only their URL; 'import-legacy --fetch' has it fetched"
    : "Cannot import the bytes: the old file has none";
  return [
    { do: "request", asset },
    { do: "fail", code: "source_error", message },
  ];
}

/** What the content is; an error of the content is the asset's own outcome. */
async function describe(
  item: AssetItem,
  sha256: string,
  deps: StoreAssetDeps,
  touched: StagedBlob[],
): Promise<AssetCommand> {
  const { blobs, media } = deps;
  await using local = await blobs.openLocal(sha256);
  if (!local) throw new AppError("unavailable", `Cannot inspect asset ${item.id}: its bytes are gone from the storage`);
  try {
    const facts = await media.inspect(local.path);
    const { type } = item.request;
    const isWanted = type === null || type === facts.kind;
    const own = isWanted ? await thumbnailOf(local.path, deps, touched) : null;
    const thumbnail = own ?? (isWanted && item.thumbnail ? await oldThumbnail(item.thumbnail, deps, touched) : null);
    return { do: "describe", facts, thumbnail };
  } catch (error) {
    if (!(error instanceof AppError) || error.code === "unavailable") throw error;
    return { do: "fail", code: error.code, message: error.message };
  }
}

type Thumbnail = Extract<AssetCommand, { do: "describe" }>["thumbnail"];

async function thumbnailOf(path: string, deps: StoreAssetDeps, touched: StagedBlob[]): Promise<Thumbnail> {
  const { blobs, media } = deps;
  await using scratch = await blobs.scratch(".webp");
  const made = await media.thumbnail(path, scratch.path);
  if (!made) return null;
  const staged = await blobs.writeFile(scratch.path);
  touched.push(staged);
  const { sha256, sizeBytes } = staged;
  return { blobId: blobIdOf(sha256), sha256, sizeBytes, contentType: THUMBNAIL_CONTENT_TYPE, ...made };
}

/** The old backend's picture, made anew like any thumbnail: its bytes are no more trusted than others. */
async function oldThumbnail(bytes: OldBytes, deps: StoreAssetDeps, touched: StagedBlob[]): Promise<Thumbnail> {
  try {
    const staged = await deps.blobs.write(bytes.read(), { maxBytes: Number.POSITIVE_INFINITY });
    touched.push(staged);
    await using local = await deps.blobs.openLocal(staged.sha256);
    return local ? await thumbnailOf(local.path, deps, touched) : null;
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== "media_unreadable") throw error;
    return null;
  }
}
