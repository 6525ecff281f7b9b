import type { BlobStore } from "./blob_store.ts";

/** The trash and its limit. */
export interface TrashLimitOptions {
  readonly blobs: Pick<BlobStore, "listTrash" | "purge">;
  /** Bytes on the disk; 0 is no limit. */
  readonly mostBytes: number;
}

/** The effect of a trim. */
export interface Trimmed {
  readonly erased: number;
  readonly erasedBytes: number;
  /** Bytes on the disk that the trash still takes. */
  readonly leftBytes: number;
}

/** A file takes at least one block of a disk, so that many small ones count as well. */
const BLOCK = 4096;
/** The part of the limit that a trim makes free: it lists the whole trash, so not every deletion may cause one. */
const ROOM = 1 / 8;

/**
 * Erases the oldest contents of a trash that is too large, until it is well below its limit. Only contents that the log
 * released are erased early: a newer log may name those without an event.
 */
export async function trimTrash({ blobs, mostBytes }: TrashLimitOptions): Promise<Trimmed> {
  if (mostBytes === 0) return { erased: 0, erasedBytes: 0, leftBytes: 0 };
  const trash = await Array.fromAsync(blobs.listTrash());
  let leftBytes = trash.reduce((sum, { sizeBytes }) => sum + onDisk(sizeBytes), 0);
  let [erased, erasedBytes] = [0, 0];
  const enough = leftBytes <= mostBytes ? mostBytes : mostBytes * (1 - ROOM);
  for (const { sha256, sizeBytes } of trash.toSorted((a, b) => a.trashedAt - b.trashedAt)) {
    if (leftBytes <= enough) break;
    if ((await blobs.purge(sha256, { onlyReleased: true })) !== "erased") continue;
    leftBytes -= onDisk(sizeBytes);
    erasedBytes += sizeBytes;
    erased++;
  }
  return { erased, erasedBytes, leftBytes };
}

/**
 * Keeps a trash within its limit: without one, an owner who uploads and deletes in a loop fills the disk, because
 * deleted bytes count for no quota.
 *
 * @returns a function that counts bytes moved to the trash, and trims it when they are too many
 */
export function createTrashLimit(options: TrashLimitOptions): (moreBytes: number) => Promise<void> {
  const { mostBytes } = options;
  if (mostBytes === 0) return async () => {};
  // Null until the first addition counts the trash.
  let countedBytes: number | null = null;
  let addedBytes = 0;
  let most = mostBytes;
  let trimming: Promise<void> | undefined;

  async function trim(): Promise<void> {
    // Additions during the trim may be counted twice; then the next trim comes early.
    addedBytes = 0;
    countedBytes = null;
    countedBytes = (await trimTrash(options)).leftBytes;
    // Contents that cannot be erased must not make every deletion list the trash.
    most = Math.max(mostBytes, countedBytes + mostBytes * ROOM);
  }

  return async (moreBytes) => {
    addedBytes += onDisk(moreBytes);
    if (countedBytes !== null && countedBytes + addedBytes <= most) return;
    trimming ??= trim().finally(() => {
      trimming = undefined;
    });
    await trimming;
  };
}

function onDisk(sizeBytes: number): number {
  return Math.max(1, Math.ceil(sizeBytes / BLOCK)) * BLOCK;
}
