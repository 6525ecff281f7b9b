import type { Database } from "bun:sqlite";

/** What was made from the rows of a database, for as long as it would be made the same. */
export interface ReadCache<Value> {
  /** What was made for the key before, or what `make` makes now. Of a `make` that throws nothing is kept. */
  get(key: string, make: () => Value): Value;
}

/** What bounds a cache. */
export interface ReadCacheOptions<Value> {
  /** About how many bytes a value takes. */
  readonly sizeOf: (value: Value) => number;
  /** Monotonic, in milliseconds. */
  readonly now?: () => number;
}

/** How much is kept; what comes beyond it is made each time. */
const CAPACITY_BYTES = 16 * 1024 * 1024;
/** What is made may depend on the clock, too, such as a signed link: nothing is older than this. */
const LONGEST_MS = 1_000;
/** Within this time a commit of another process is seen; one of this process at once. */
const LOOK_EVERY_MS = 5;

/**
 * Makes a cache that asks SQLite whether any row has changed, so there is no invalidation that somebody could forget:
 * `total_changes()` counts the rows that this connection writes, and `data_version` changes with every commit of another
 * one (sqlite.org/c3ref/total_changes.html, sqlite.org/pragma.html). The first costs next to nothing and is asked each
 * time; the second takes a lock on the file.
 */
export function createReadCache<Value>(
  db: Database,
  { sizeOf, now = () => performance.now() }: ReadCacheOptions<Value>,
): ReadCache<Value> {
  const ownChanges = db.prepare<{ changes: number }, []>("SELECT total_changes() AS changes");
  const otherCommits = db.prepare<{ data_version: number }, []>("PRAGMA data_version");
  const kept = new Map<string, Value>();
  let size = 0;
  let since = { own: -1, others: -1, at: Number.NEGATIVE_INFINITY };
  let lookedAt = Number.NEGATIVE_INFINITY;

  function othersCommitted(at: number): boolean {
    if (at - lookedAt < LOOK_EVERY_MS) return false;
    lookedAt = at;
    return otherCommits.get()?.data_version !== since.others;
  }

  function forgetWhatMayDiffer(): void {
    const at = now();
    const own = ownChanges.get()?.changes ?? -1;
    if (!othersCommitted(at) && own === since.own && at - since.at < LONGEST_MS) return;
    since = { own, others: otherCommits.get()?.data_version ?? -1, at };
    size = 0;
    kept.clear();
  }

  return {
    get(key, make) {
      // What is not committed may be taken back, and nothing would tell.
      if (db.inTransaction) return make();
      forgetWhatMayDiffer();
      const found = kept.get(key);
      if (found !== undefined) return found;
      const made = make();
      const sizeBytes = sizeOf(made);
      if (size + sizeBytes <= CAPACITY_BYTES) {
        kept.set(key, made);
        size += sizeBytes;
      }
      return made;
    },
  };
}
