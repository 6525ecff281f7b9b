import { asc } from "drizzle-orm";
import type { BunSQLiteDatabase } from "drizzle-orm/bun-sqlite";
import type { BlobStore } from "../blobs/mod.ts";
import { AppError } from "../errors.ts";
import { createTodoWorker, type EventLog, type EventMetadata, execute, type Worker } from "../event_log/mod.ts";
import { type MediaService, THUMBNAIL_CONTENT_TYPE } from "../media/mod.ts";
import type { Downloader } from "../net/mod.ts";
import { blobIdOf } from "./blob_id.ts";
import { type AssetCommand, assetDecider } from "./decide.ts";
import { assetStream } from "./events.ts";
import { assetsToIngest } from "./tables.ts";

/** What the ingest worker needs. */
export interface IngestDeps {
  readonly log: EventLog;
  readonly read: BunSQLiteDatabase;
  readonly blobs: BlobStore;
  readonly downloader: Downloader;
  readonly media: MediaService;
  readonly maxBytes: number;
  readonly concurrency: number;
  readonly onError: (assetId: string, error: unknown, attempt: number) => void;
}

type Todo = typeof assetsToIngest.$inferSelect;

/**
 * Imports what was asked for: download, store, inspect, thumbnail. Each step ends in an event, so that a crash resumes
 * after the last one.
 */
export function createIngestWorker(deps: IngestDeps): Worker {
  const { log, read, blobs, downloader, media, maxBytes, concurrency, onError } = deps;

  function run(todo: Todo, command: AssetCommand) {
    const id = todo.assetId;
    return execute(command, { log, decider: assetDecider, stream: assetStream(id), id, metadata: metadataOf(todo) });
  }

  async function fail(todo: Todo, error: AppError): Promise<void> {
    await run(todo, { do: "fail", code: error.code, message: error.message });
  }

  /** The hash of the stored bytes. */
  async function fetchBytes(todo: Todo, url: string, signal: AbortSignal): Promise<string> {
    using file = await downloader.download(url, { signal });
    // Held until the event names it: no sweep can take it in between.
    using staged = await blobs.write(file.body, { maxBytes, signal });
    const { sha256, sizeBytes } = staged;
    const blob = { blobId: blobIdOf(sha256), sha256, sizeBytes, sentContentType: file.contentType };
    await run(todo, { do: "store blob", blob });
    return sha256;
  }

  async function describe(todo: Todo, sha256: string, signal: AbortSignal): Promise<void> {
    await using local = await blobs.openLocal(sha256);
    if (!local)
      throw new AppError("unavailable", `Cannot inspect ${todo.name}: its bytes are missing from the storage`);
    const facts = await media.inspect(local.path, { signal });
    using thumbnail = await makeThumbnail(local.path, signal);
    await run(todo, { do: "describe", facts, thumbnail: thumbnail?.stored ?? null });
  }

  async function makeThumbnail(path: string, signal: AbortSignal): Promise<StoredThumbnail | null> {
    await using scratch = await blobs.scratch(".webp");
    const made = await media.thumbnail(path, scratch.path, { signal });
    if (!made) return null;
    const staged = await blobs.writeFile(scratch.path, { signal });
    const { sha256, sizeBytes } = staged;
    const { width, height } = made;
    return {
      stored: { blobId: blobIdOf(sha256), sha256, sizeBytes, contentType: THUMBNAIL_CONTENT_TYPE, width, height },
      [Symbol.dispose]: () => staged.release(),
    };
  }

  return createTodoWorker<Todo>({
    name: "ingest",
    log,
    concurrency,
    due: (limit) => read.select().from(assetsToIngest).orderBy(asc(assetsToIngest.position)).limit(limit).all(),
    key: ({ assetId, position }) => `${assetId} ${position}`,
    onError: ({ assetId }, error, attempt) => onError(assetId, error, attempt),
    async perform(todo, signal) {
      try {
        const sha256 = todo.sha256 ?? (todo.url === null ? null : await fetchBytes(todo, todo.url, signal));
        if (sha256 === null) throw new Error(`Cannot import ${todo.assetId}: it has neither a URL nor bytes`);
        await describe(todo, sha256, signal);
      } catch (error) {
        // A full disk or a process that cannot start is ours and may pass; all else is the asset's own outcome.
        if (signal.aborted || !(error instanceof AppError) || error.code === "unavailable") throw error;
        await fail(todo, error);
      }
    },
    giveUp: (todo, error) =>
      fail(
        todo,
        error instanceof AppError
          ? error
          : new AppError("internal", "Cannot import the asset: something went wrong here"),
      ),
  });
}

interface StoredThumbnail extends Disposable {
  readonly stored: Extract<AssetCommand, { do: "describe" }>["thumbnail"];
}

function metadataOf({ owner, requestId, correlationId, causationId }: Todo): EventMetadata {
  return { owner, actor: "system", correlationId, causationId, ...(requestId === null ? {} : { requestId }) };
}
