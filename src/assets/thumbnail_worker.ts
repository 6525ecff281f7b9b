import { AppError } from "../core/errors.ts";
import { createTodoWorker, execute, systemMetadata, todoQueue, type Worker } from "../event_log/mod.ts";
import { type AssetCommand, assetDecider } from "./decide.ts";
import { assetStream } from "./events.ts";
import type { IngestDeps } from "./ingest_worker.ts";
import { makeThumbnail } from "./make_thumbnail.ts";
import { assetsToThumbnail } from "./tables.ts";

type ThumbnailTodo = typeof assetsToThumbnail.$inferSelect;

/** The dependencies of the thumbnail worker. */
export type ThumbnailDeps = Pick<IngestDeps, "log" | "read" | "blobs" | "media" | "onError">;

/**
 * Makes the thumbnails that assets lack, one at a time: earlier releases made an asset ready without one when the
 * machine was short of something.
 */
export function createThumbnailWorker({ log, read, blobs, media, onError }: ThumbnailDeps): Worker {
  function settle(todo: ThumbnailTodo, thumbnail: Extract<AssetCommand, { do: "add thumbnail" }>["thumbnail"]) {
    const stream = assetStream(todo.assetId);
    const command = { do: "add thumbnail", thumbnail } as const;
    return execute(command, { log, decider: assetDecider, stream, id: todo.assetId, metadata: systemMetadata(todo) });
  }

  /** Returns the hash of the thumbnail. */
  async function attempt(todo: ThumbnailTodo, signal: AbortSignal): Promise<string | null> {
    await using local = await blobs.openLocal(todo.sha256);
    if (!local) throw new AppError("internal", `Cannot make a thumbnail of ${todo.name}: its bytes are missing`);
    using thumbnail = await makeThumbnail(local.path, { blobs, media }, { signal, owner: todo.owner });
    await settle(todo, thumbnail?.stored ?? null);
    return thumbnail?.stored.sha256 ?? null;
  }

  return createTodoWorker<ThumbnailTodo>({
    name: "thumbnails",
    log,
    concurrency: 1,
    queue: todoQueue(read, assetsToThumbnail),
    onError: ({ assetId }, error, attempt) => onError(assetId, error, attempt),
    async perform(todo, signal) {
      const made = await attempt(todo, signal);
      // For an asset that was deleted meanwhile, whose thumbnail no event names.
      if (made !== null) await blobs.delete(made);
    },
    giveUp: async (todo) => {
      await settle(todo, null);
    },
  });
}
