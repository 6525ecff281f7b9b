import type { BlobStore, FileCache, HeldFile } from "../../blobs/mod.ts";
import { AppError } from "../../core/errors.ts";
import type { MediaService } from "../../media/mod.ts";

/** The decoded pictures of stored images, each made once by a media process with its limits and cached. */
export interface Pictures {
  /**
   * Holds the picture of a stored image as a PNG file; `null` when its bytes are gone.
   *
   * @throws {AppError} `media_unreadable` for an image that cannot be drawn; `unavailable` during a shortage
   */
  hold(sha256: string, options: HoldOptions): Promise<HeldFile | null>;
}

/** Options of one picture. */
export interface HoldOptions {
  readonly signal?: AbortSignal | undefined;
  /** The owner that needs it first, for fair scheduling. */
  readonly owner?: string | undefined;
}

/** The number of undrawable contents that are remembered, so that none takes its time limit repeatedly. */
const REMEMBERED = 1000;

/** Creates the pictures of a blob store. */
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
