import type { FileCache, HeldFile } from "../../blobs/file_cache.ts";
import type { BlobStore } from "../../blobs/mod.ts";
import { AppError } from "../../core/errors.ts";
import type { MediaService } from "../../media/mod.ts";

/** The stored images as renders use them: decoded once, by a media process with its limits, and kept for a while. */
export interface Pictures {
  /**
   * The picture of a stored image as a PNG; `null` where its bytes are gone.
   *
   * @throws {AppError} `media_unreadable` for one that cannot be drawn; `unavailable` where nothing can be made now
   */
  hold(sha256: string, options: HoldOptions): Promise<HeldFile | null>;
}

/** What a caller may say about one picture. */
export interface HoldOptions {
  readonly signal?: AbortSignal | undefined;
  /** Who needs it first: owners take turns. */
  readonly owner?: string | undefined;
}

/** How many contents are remembered that could not be drawn, so that none takes its time limit again and again. */
const REMEMBERED = 1000;

/** Opens the pictures of a store. */
export function createPictures(deps: {
  readonly blobs: BlobStore;
  readonly media: MediaService;
  readonly cache: FileCache;
}): Pictures {
  const { blobs, media, cache } = deps;
  const refused = new Map<string, AppError>();

  async function make(sha256: string, path: string, options: HoldOptions): Promise<void> {
    await using local = await blobs.openLocal(sha256);
    if (!local) throw new AppError("unavailable", "Cannot draw the image: its bytes are missing from the storage");
    try {
      await media.picture(local.path, path, options);
    } catch (error) {
      // A verdict on the content; a shortage, and a process that was late or killed, is `unavailable`.
      if (error instanceof AppError && error.code === "media_unreadable") remember(sha256, error);
      throw error;
    }
  }

  function remember(sha256: string, error: AppError): void {
    refused.set(sha256, error);
    const [oldest] = refused.keys();
    if (refused.size > REMEMBERED && oldest !== undefined) refused.delete(oldest);
  }

  return {
    async hold(sha256, options) {
      const error = refused.get(sha256);
      if (error) throw error;
      if ((await blobs.find(sha256)) === null) return null;
      return await cache.hold(
        `picture ${sha256}`,
        (path, signal) => make(sha256, path, { ...options, signal }),
        options,
      );
    },
  };
}
