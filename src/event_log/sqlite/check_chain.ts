import type { Database } from "bun:sqlite";
import { GENESIS, hashOf } from "./hash_chain.ts";
import { EVENT_COLUMNS, type EventRow, headOf } from "./read_events.ts";

/** The first position at which the log differs from the appended events. */
export interface ChainBreak {
  readonly position: number;
  readonly what: "changed" | "removed" | "put in";
  /** One sentence that names the event. */
  readonly sentence: string;
}

/** The result of a chain check. */
export interface ChainCheck {
  /** The number of events that were checked. */
  readonly events: number;
  /** The position of the last event, and the hash of the whole log up to it, in hexadecimal. */
  readonly head: { readonly position: number; readonly hash: string };
  /** The first break; null when no event was changed, removed or inserted. */
  readonly broken: ChainBreak | null;
}

/** The range of the chain to check. */
export interface ChainCheckOptions {
  /** The position after which the check starts; the event at it is trusted. Default: 0, all. */
  readonly after?: number;
  readonly onProgress?: (position: number, head: number) => void;
}

type ChainRow = EventRow & { readonly hash: Uint8Array | null };

const CHUNK = 2_000;

/**
 * Checks the hash chain event by event, and names the first that was changed, removed or inserted. It reads in chunks;
 * within a transaction of the caller it reads one snapshot.
 *
 * An attacker who can write to the file can also recompute all hashes: keep the head's hash elsewhere to detect that.
 */
export function checkChain(db: Database, { after = 0, onProgress }: ChainCheckOptions = {}): ChainCheck {
  const head = headOf(db);
  const isChained = hasChain(db);
  const hashColumn = isChained
    ? "(SELECT hash FROM event_hashes WHERE event_hashes.position = events.position)"
    : "NULL";
  const read = db.query<ChainRow, [number, number]>(
    `SELECT ${EVENT_COLUMNS}, ${hashColumn} AS hash FROM events WHERE position > ? ORDER BY position LIMIT ?`,
  );
  let position = after;
  let before = (isChained ? hashAt(db, after) : null) ?? GENESIS;
  let events = 0;
  const result = (broken: ChainBreak | null): ChainCheck => ({
    events,
    head: { position, hash: Buffer.from(before).toString("hex") },
    broken,
  });
  for (;;) {
    const rows = read.all(position, CHUNK);
    for (const row of rows) {
      const hash = isChained ? row.hash : hashOf(row, before);
      const broken = breakAt({ ...row, hash }, position, before);
      if (broken) return result(broken);
      position = row.position;
      before = hash ?? before;
      events++;
    }
    if (rows.length < CHUNK) break;
    onProgress?.(position, head);
  }
  onProgress?.(position, Math.max(head, position));
  return result(removedTail(db, position, isChained));
}

/** Returns false for a database of an early release that no later one has migrated yet. */
function hasChain(db: Database): boolean {
  const table = db.query<{ found: 0 | 1 }, []>(
    "SELECT EXISTS (SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'event_hashes') AS found",
  );
  return table.get()?.found === 1;
}

/** Returns the hash of the event at a position, or null when there is no event. */
export function hashAt(db: Database, position: number): Uint8Array | null {
  const found = db.query<{ hash: Uint8Array }, [number]>("SELECT hash FROM event_hashes WHERE position = ?");
  return found.get(position)?.hash ?? null;
}

function breakAt(row: ChainRow, last: number, before: Uint8Array): ChainBreak | null {
  const { position, hash } = row;
  if (position !== last + 1) {
    const missing = last + 1;
    return { position: missing, what: "removed", sentence: `event ${missing} was removed: event ${position} follows` };
  }
  if (hash === null) {
    return { position, what: "put in", sentence: `${named(row)} was put in: nothing of it is in the hash chain` };
  }
  if (Buffer.compare(hashOf(row, before), hash) === 0) return null;
  return { position, what: "changed", sentence: `${named(row)} was changed: its hash is not that of its content` };
}

/**
 * Detects removed events at the end: AUTOINCREMENT leaves no gap and reuses no position, so its last one must exist.
 */
function removedTail(db: Database, last: number, isChained: boolean): ChainBreak | null {
  const given = db.query<{ seq: number }, []>("SELECT seq FROM sqlite_sequence WHERE name = 'events'").get()?.seq ?? 0;
  const top = db.query<{ top: number | null }, []>(
    `SELECT max(position) AS top FROM ${isChained ? "event_hashes" : "events"}`,
  );
  const hashed = top.get()?.top ?? 0;
  const end = Math.max(given, hashed);
  if (end <= last) return null;
  const position = last + 1;
  return { position, what: "removed", sentence: `event ${position} was removed: the log once went up to ${end}` };
}

/** Returns the name of an event for messages, e.g. `event 17 (BlobStored, version 2 of asset-1)`. */
export function named(row: Pick<EventRow, "position" | "type" | "version" | "stream">): string {
  return `event ${row.position} (${row.type}, version ${row.version} of ${row.stream})`;
}
