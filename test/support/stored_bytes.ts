import { Database } from "bun:sqlite";
import { join } from "node:path";

/** The bytes of an owner, as its log and its rows tell them. */
export interface StoredBytes {
  /** The most that there ever was, after any event. */
  readonly peak: number;
  /** The sum from the events. */
  readonly now: number;
  /** The sum from the rows of assets and jobs. */
  readonly rows: number;
}

interface Stored {
  readonly stream: string;
  readonly type: string;
  readonly size: number | null;
}

/** Adds up what an owner had stored after each event, read beside the server and with none of its code. */
export function storedBytesOf(dataDir: string, owner: string): StoredBytes {
  using db = new Database(join(dataDir, "reelog.db"), { readonly: true, strict: true });
  db.run("PRAGMA busy_timeout = 5000");
  const events = db
    .query<Stored, [string]>(
      `SELECT stream, type, data ->> 'sizeBytes' AS size FROM events
       WHERE metadata ->> 'owner' = ? AND type IN ('BlobStored', 'VideoRendered', 'AssetFailed', 'AssetDeleted')
       ORDER BY position`,
    )
    .all(owner);
  const held = new Map<string, number>();
  let [now, peak] = [0, 0];
  for (const { stream, type, size } of events) {
    const isStored = type === "BlobStored" || type === "VideoRendered";
    now += isStored ? (size ?? 0) : -(held.get(stream) ?? 0);
    held.set(stream, isStored ? (size ?? 0) : 0);
    peak = Math.max(peak, now);
  }
  const rows = db
    .query<{ total: number }, { owner: string }>(
      `SELECT (SELECT coalesce(sum(size_bytes), 0) FROM assets WHERE owner = $owner)
            + (SELECT coalesce(sum(media_bytes), 0) FROM jobs WHERE owner = $owner) AS total`,
    )
    .get({ owner });
  return { peak, now, rows: rows?.total ?? 0 };
}
