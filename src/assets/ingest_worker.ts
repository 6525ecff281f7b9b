import type { BunSQLiteDatabase } from "drizzle-orm/bun-sqlite";
import type { BlobStore } from "../blobs/mod.ts";
import { AppError } from "../core/errors.ts";
import type { Quotas } from "../core/quotas.ts";
import { isPassing, LostWork } from "../core/shortage.ts";
import {
  type AppendOptions,
  createTodoWorker,
  type EventLog,
  execute,
  systemMetadata,
  todoQueue,
  type Worker,
} from "../event_log/mod.ts";
import { deadly, type MediaService } from "../media/mod.ts";
import type { Fetcher } from "../net/mod.ts";
import { blobIdOf } from "./blob_id.ts";
import { type AssetCommand, assetDecider } from "./decide.ts";
import { assetStream } from "./events.ts";
import { makeThumbnail } from "./make_thumbnail.ts";
import type { AssetQueries } from "./queries.ts";
import { assetsToIngest } from "./tables.ts";

type IngestTodo = typeof assetsToIngest.$inferSelect;

/** The dependencies of the ingest worker. */
export interface IngestDeps {
  readonly log: EventLog;
  readonly read: BunSQLiteDatabase;
  readonly assets: Pick<AssetQueries, "find">;
  readonly blobs: BlobStore;
  readonly fetcher: Fetcher;
  readonly media: MediaService;
  readonly concurrency: number;
  readonly quotas: Quotas;
  readonly onError: (assetId: string, error: unknown, attempt: number) => void;
}

/**
 * Imports requested assets: download, store, inspect, thumbnail. Each step ends in an event, so that a crash resumes
 * after the last one.
 */
export function createIngestWorker(deps: IngestDeps): Worker {
  const { log, read, assets, blobs, fetcher, media, concurrency, quotas, onError } = deps;

  function run(todo: IngestTodo, command: AssetCommand, options: AppendOptions = {}) {
    const id = todo.assetId;
    const metadata = systemMetadata(todo);
    return execute(command, { ...options, log, decider: assetDecider, stream: assetStream(id), id, metadata });
  }

  async function fail(todo: IngestTodo, error: AppError): Promise<void> {
    await run(todo, { do: "fail", code: error.code, message: error.message });
  }

  /** Fetches the bytes, and returns the hash of the stored content. */
  async function fetchBytes(todo: IngestTodo, url: string, { signal, touched }: Attempt): Promise<string> {
    quotas.checkRoom(todo.owner);
    await using scratch = await blobs.scratch();
    const { contentType, sha256, sizeBytes } = await fetcher.fetch(url, scratch.path, { signal });
    // Held until the event names it, so that no sweep removes it in between.
    using _held = await blobs.writeFile(scratch.path, { digest: { sha256, sizeBytes }, signal });
    touched.add(sha256);
    const blob = { blobId: blobIdOf(sha256), sha256, sizeBytes, sentContentType: contentType };
    await run(todo, { do: "store blob", blob }, { limits: quotas.storageLimits(todo.owner, sizeBytes) });
    return sha256;
  }

  async function describe(todo: IngestTodo, sha256: string, { signal, touched }: Attempt): Promise<void> {
    touched.add(sha256);
    await using local = await blobs.openLocal(sha256);
    if (!local) throw new AppError("internal", `Cannot inspect ${todo.name}: its bytes are missing from the storage`);
    const facts = await media.inspect(local.path, { signal, owner: todo.owner });
    // An import that will be refused needs no thumbnail.
    // An asset without a requested kind takes any.
    const isWanted = (assets.find(todo.owner, todo.assetId)?.type ?? facts.kind) === facts.kind;
    using thumbnail = isWanted
      ? await makeThumbnail(local.path, { blobs, media }, { signal, owner: todo.owner })
      : null;
    if (thumbnail) touched.add(thumbnail.stored.sha256);
    await run(todo, { do: "describe", facts, thumbnail: thumbnail?.stored ?? null });
  }

  return createTodoWorker<IngestTodo>({
    name: "ingest",
    log,
    concurrency,
    queue: todoQueue(read, assetsToIngest),
    atOnce: quotas.importsAtOnce,
    onError: ({ assetId }, error, attempt) => onError(assetId, error, attempt),
    async perform(todo, signal) {
      const attempt = { signal, touched: new Set<string>() };
      try {
        const sha256 = todo.sha256 ?? (todo.url === null ? null : await fetchBytes(todo, todo.url, attempt));
        if (sha256 === null) throw new Error(`Cannot import ${todo.assetId}: it has neither a URL nor bytes`);
        await describe(todo, sha256, attempt);
      } catch (error) {
        // A shortage of this machine passes; any other error is the import's outcome.
        if (signal.aborted || !(error instanceof AppError) || isPassing(error)) throw error;
        await fail(todo, error);
      } finally {
        // For imports that failed, or were deleted in the meantime: nobody else could remove the bytes while this work
        // held them.
        for (const sha256 of attempt.touched) await blobs.delete(sha256);
      }
    },
    giveUp: (todo, error) => {
      if (error instanceof LostWork) return fail(todo, todo.sha256 === null ? deadlySource() : deadly());
      if (error instanceof AppError) return fail(todo, error);
      return fail(todo, new AppError("internal", "Cannot import the asset: something went wrong here"));
    },
  });
}

interface Attempt {
  readonly signal: AbortSignal;
  /** The contents that this work has held. */
  readonly touched: Set<string>;
}

/** Builds the error of a source whose responses crashed the fetch process at every try. */
function deadlySource(): AppError {
  return new AppError("source_error", "Cannot fetch the file: the process that fetches it ended each time");
}
