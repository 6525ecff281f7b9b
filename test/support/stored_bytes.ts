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
      `SELECT stream, type, (
         SELECT sum(value) FROM json_tree(data) WHERE key = 'sizeBytes' AND path NOT LIKE '%thumbnail'
       ) AS size FROM events
       WHERE metadata ->> 'owner' = ? AND NOT coalesce(data ->> 'isReused', 0) AND type IN (
         'BlobStored', 'LineSpoken', 'SoundMixed', 'VideoRendered', 'OutputRendered', 'AssetFailed', 'AssetDeleted'
       )
       ORDER BY position`,
    )
    .all(owner);
  const held = new Map<string, number>();
  let [now, peak] = [0, 0];
  for (const { stream, type, size } of events) {
    const before = held.get(stream) ?? 0;
    const after = type === "AssetFailed" || type === "AssetDeleted" ? 0 : before + (size ?? 0);
    now += after - before;
    held.set(stream, after);
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
