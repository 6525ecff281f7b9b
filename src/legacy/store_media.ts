import { blobIdOf } from "../assets/mod.ts";
import type { BlobStore, StagedBlob } from "../blobs/mod.ts";
import { AppError } from "../core/errors.ts";
import type { EventLog } from "../event_log/mod.ts";
import { type MediaFacts, type MediaService, THUMBNAIL_CONTENT_TYPE } from "../media/mod.ts";
import type { OldBytes } from "./old_tables.ts";

/** Dependencies of {@linkcode HeldMedia}. */
export interface StoreMediaDeps {
  readonly log: EventLog;
  readonly blobs: BlobStore;
  readonly media: MediaService;
}

/** A stored content as events name it. */
export interface NamedBlob {
  readonly blobId: string;
  readonly sha256: string;
  readonly sizeBytes: number;
}

/** A stored thumbnail. */
export interface StoredThumbnail extends NamedBlob {
  readonly contentType: string;
  readonly width: number;
  readonly height: number;
}

/** Stores bytes for one import and holds them until its events name them. */
export class HeldMedia implements AsyncDisposable {
  readonly #deps: StoreMediaDeps;
  readonly #staged: StagedBlob[] = [];

  constructor(deps: StoreMediaDeps) {
    this.#deps = deps;
  }

  /** Returns the number of stored contents. */
  get count(): number {
    return this.#staged.length;
  }

  /**
   * Stores a content.
   *
   * @throws {AppError} `media_unreadable` when the old file is damaged there; `unavailable` when the disk is full
   */
  async store(bytes: OldBytes): Promise<NamedBlob> {
    return this.#hold(await this.#deps.blobs.write(bytes.read(), { maxBytes: Number.POSITIVE_INFINITY }));
  }

  /**
   * Returns the facts of a stored content, and its thumbnail.
   *
   * @param old the old backend's thumbnail, used when none can be made
   * @throws {AppError} the errors of {@linkcode MediaService.inspect}
   */
  async describe(
    sha256: string,
    { old, wants = () => true }: { old: OldBytes | null; wants?: (facts: MediaFacts) => boolean },
  ): Promise<{ facts: MediaFacts; thumbnail: StoredThumbnail | null }> {
    await using local = await this.#deps.blobs.openLocal(sha256);
    if (!local) throw new AppError("unavailable", "Cannot inspect the bytes: they are missing in the storage");
    const facts = await this.#deps.media.inspect(local.path);
    if (!wants(facts)) return { facts, thumbnail: null };
    return { facts, thumbnail: (await this.#thumbnailOf(local.path)) ?? (old && (await this.#oldThumbnail(old))) };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const { release } of this.#staged) release();
    // Contents that no event names are removed at once.
    for (const { sha256 } of this.#staged) await this.#deps.blobs.delete(sha256);
  }

  async #thumbnailOf(path: string): Promise<StoredThumbnail | null> {
    const { blobs, media } = this.#deps;
    await using scratch = await blobs.scratch(".webp");
    const made = await media.thumbnail(path, scratch.path);
    if (!made) return null;
    return { ...this.#hold(await blobs.writeFile(scratch.path)), contentType: THUMBNAIL_CONTENT_TYPE, ...made };
  }

  /** Re-encodes the old thumbnail, because its bytes are not trusted. */
  async #oldThumbnail(bytes: OldBytes): Promise<StoredThumbnail | null> {
    try {
      const { sha256 } = await this.store(bytes);
      await using local = await this.#deps.blobs.openLocal(sha256);
      return local ? await this.#thumbnailOf(local.path) : null;
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== "media_unreadable") throw error;
      return null;
    }
  }

  #hold(staged: StagedBlob): NamedBlob {
    this.#staged.push(staged);
    const { sha256, sizeBytes } = staged;
    return { blobId: blobIdOf(sha256), sha256, sizeBytes };
  }
}
