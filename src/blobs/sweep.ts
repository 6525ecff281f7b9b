import type { BlobStore } from "./blob_store.ts";

/** What {@linkcode sweepOrphans} works on. */
export interface SweepOptions {
  blobs: BlobStore;
  /** Whether any row of any owner needs the content. */
  isReferenced: (sha256: string) => boolean | Promise<boolean>;
  /**
   * Only what was last written longer ago is removed: 0 at start, when nothing is in flight; an hour beside a running
   * server, whose holds another process cannot see. Default: an hour.
   */
  olderThanMs?: number;
  /** The clock; milliseconds since 1970. */
  now?: () => number;
}

/** What a sweep removed. */
export interface SweepResult {
  /** contents */
  blobs: number;
  /** bytes of those contents */
  bytes: number;
  /** temporary files */
  temporary: number;
}

const HOUR_MS = 3_600_000;

/**
 * Removes the contents that no row needs and nobody holds, and what interrupted writes left.
 *
 * Orphans come from a crash between the store of the bytes and the append of `BlobStored` (design, section 5).
 */
export async function sweepOrphans(options: SweepOptions): Promise<SweepResult> {
  const { blobs, isReferenced, olderThanMs = HOUR_MS, now = Date.now } = options;
  const writtenBefore = olderThanMs === 0 ? undefined : now() - olderThanMs;
  const result = { blobs: 0, bytes: 0, temporary: await blobs.cleanTemporary({ writtenBefore }) };
  for await (const { sha256, sizeBytes, writtenAt } of blobs.list()) {
    if (writtenBefore !== undefined && writtenAt >= writtenBefore) continue;
    if (!(await blobs.delete(sha256, { isReferenced, writtenBefore }))) continue;
    result.blobs++;
    result.bytes += sizeBytes;
  }
  return result;
}

/**
 * Removes one content right after the deletion of an asset, unless something else needs it. Tells whether it is gone;
 * content that is still being read stays for the next sweep.
 */
export async function collect(
  sha256: string,
  { blobs, isReferenced }: Pick<SweepOptions, "blobs" | "isReferenced">,
): Promise<boolean> {
  return await blobs.delete(sha256, { isReferenced });
}
