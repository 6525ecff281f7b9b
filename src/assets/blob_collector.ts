import type { BlobStore } from "../blobs/mod.ts";
import type { Worker } from "../event_log/mod.ts";
import { type EventLog, isRecorded, type RecordedEvent } from "../event_log/mod.ts";
import { AssetDeleted, AssetFailed, BlobStored, ThumbnailStored } from "./events.ts";

/** The dependencies of the blob collector. */
export interface CollectorDeps {
  readonly log: EventLog;
  readonly blobs: BlobStore;
  /** Receives the bytes of each content that was moved to the trash. */
  readonly onTrashed: (sizeBytes: number) => Promise<void>;
  readonly onError: (error: unknown) => void;
}

/**
 * Moves the bytes of deleted and failed assets to the trash as soon as they are no longer needed. The next sweep
 * removes the rest that a crash or an open reader leaves.
 */
export function createBlobCollector({ log, blobs, onTrashed, onError }: CollectorDeps): Worker {
  const running = new Set<Promise<void>>();
  let unsubscribe: (() => void) | undefined;

  async function collectOf(stream: string): Promise<void> {
    for (const event of await log.readStream(stream)) {
      if (isRecorded(BlobStored, event) || isRecorded(ThumbnailStored, event)) {
        const { sha256, sizeBytes } = event.data;
        if (await blobs.delete(sha256)) await onTrashed(sizeBytes);
      }
    }
  }

  function listen(events: readonly RecordedEvent[]): void {
    for (const event of events) {
      if (!isRecorded(AssetDeleted, event) && !isRecorded(AssetFailed, event)) continue;
      const work = collectOf(event.stream).catch(onError);
      running.add(work);
      void work.finally(() => running.delete(work));
    }
  }

  return {
    name: "blob collector",
    running: () => running.size,
    resting: () => 0,
    start() {
      unsubscribe = log.subscribe(listen);
    },
    async stop() {
      unsubscribe?.();
      await Promise.all(running);
    },
  };
}
