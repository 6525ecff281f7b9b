import type { BlobStore } from "./blob_store.ts";
import { trimTrash } from "./trash_limit.ts";

/** Options of {@linkcode sweepOrphans}. */
export interface SweepOptions {
  readonly blobs: BlobStore;
  /** The time that deleted content stays in the trash, in milliseconds. 0 erases everything in it. */
  readonly trashMs: number;
  /** The most bytes that the trash may take; 0, the default, is no limit. */
  readonly trashBytes?: number;
  /**
   * The least age of a content to trash or remove, since its last write: 0 where no other process writes, an hour next
   * to one, whose holds are not visible. Default: an hour.
   */
  readonly olderThanMs?: number;
  /** The clock; milliseconds since 1970. */
  readonly now?: () => number;
}

/** The counts of a sweep. */
export interface SweepResult {
  /** The number of contents that were moved to the trash. */
  readonly trashed: number;
  /** The bytes of those contents. */
  readonly trashedBytes: number;
  /** The number of contents that were erased from the trash. */
  readonly erased: number;
  /** The bytes of the erased contents. */
  readonly erasedBytes: number;
  /** The number of contents that the log needs and that were restored from the trash. */
  readonly putBack: number;
  /** The number of temporary files that were removed. */
  readonly temporary: number;
}

const HOUR_MS = 3_600_000;

/**
 * Trashes the contents that are neither needed by the log nor held, erases those that have been in the trash for long
 * enough, and removes the remains of interrupted writes.
 *
 * Orphans come from a crash between the store of the bytes and the append of the event that names them. They go through
 * the trash, too: a newer log may name a content that yesterday's backup does not.
 */
export async function sweepOrphans(options: SweepOptions): Promise<SweepResult> {
  const { blobs, trashMs, trashBytes = 0, olderThanMs = HOUR_MS, now = Date.now } = options;
  const writtenBefore = beforeOf(now(), olderThanMs);
  const temporary = await blobs.cleanTemporary({ writtenBefore });
  let trashed = 0;
  let trashedBytes = 0;
  for await (const { sha256, sizeBytes, writtenAt } of blobs.list()) {
    if (writtenBefore !== undefined && writtenAt >= writtenBefore) continue;
    if (!(await blobs.delete(sha256, { writtenBefore, toTrash: true }))) continue;
    trashed++;
    trashedBytes += sizeBytes;
  }
  const emptied = await emptyTrash({ blobs, trashMs, now });
  const trimmed = await trimTrash({ blobs, mostBytes: trashBytes });
  return {
    trashed,
    trashedBytes,
    temporary,
    erased: emptied.erased + trimmed.erased,
    erasedBytes: emptied.erasedBytes + trimmed.erasedBytes,
    putBack: emptied.putBack,
  };
}

/** Erases contents that have been in the trash for long enough, and restores those that the log needs. */
export async function emptyTrash({
  blobs,
  trashMs,
  now = Date.now,
}: Pick<SweepOptions, "blobs" | "trashMs" | "now">): Promise<Pick<SweepResult, "erased" | "erasedBytes" | "putBack">> {
  const result = { erased: 0, erasedBytes: 0, putBack: 0 };
  const trashedBefore = beforeOf(now(), trashMs);
  for await (const { sha256, sizeBytes } of blobs.listTrash()) {
    const purged = await blobs.purge(sha256, trashedBefore === undefined ? {} : { trashedBefore });
    if (purged === "put back") result.putBack++;
    if (purged !== "erased") continue;
    result.erased++;
    result.erasedBytes += sizeBytes;
  }
  return result;
}

/** Returns undefined for contents of any age. */
function beforeOf(now: number, ageMs: number): number | undefined {
  return ageMs === 0 ? undefined : now - ageMs;
}
