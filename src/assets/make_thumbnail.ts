import type { BlobStore } from "../blobs/mod.ts";
import { type MediaService, THUMBNAIL_CONTENT_TYPE } from "../media/mod.ts";
import { blobIdOf } from "./blob_id.ts";
import type { AssetCommand } from "./decide.ts";

/** A thumbnail in the storage, held until an event names it. */
export interface HeldThumbnail extends Disposable {
  readonly stored: NonNullable<Extract<AssetCommand, { do: "add thumbnail" }>["thumbnail"]>;
}

/**
 * Makes the thumbnail of a file and stores it.
 *
 * @returns null when none can be made of this content
 * @throws {AppError} `unavailable` when this machine lacked a resource
 */
export async function makeThumbnail(
  path: string,
  { blobs, media }: { readonly blobs: BlobStore; readonly media: MediaService },
  { signal, owner }: { readonly signal: AbortSignal; readonly owner: string },
): Promise<HeldThumbnail | null> {
  await using scratch = await blobs.scratch(".webp");
  const made = await media.thumbnail(path, scratch.path, { signal, owner });
  if (!made) return null;
  const staged = await blobs.writeFile(scratch.path, { signal });
  const { sha256, sizeBytes } = staged;
  const { width, height } = made;
  return {
    stored: { blobId: blobIdOf(sha256), sha256, sizeBytes, contentType: THUMBNAIL_CONTENT_TYPE, width, height },
    [Symbol.dispose]: () => staged.release(),
  };
}
