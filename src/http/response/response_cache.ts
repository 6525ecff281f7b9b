import type { EventLog } from "../../event_log/mod.ts";
import type { Representation } from "../bytes/serve_bytes.ts";
import type { CachedJson } from "./cached_json.ts";

/**
 * A cache of parts of responses, valid until the next commit: frontends repeat the same requests. The owner is part of
 * each key.
 */
export interface ResponseCache {
  /** Returns the JSON of a response, from the cache or from `make`. */
  json(owner: string, key: string, make: () => CachedJson): CachedJson;
  /** Returns the description of stored bytes, from the cache or from `make`. */
  bytes(owner: string, key: string, make: () => Representation): Representation;
}

/** The most memory of each kind, in bytes; values beyond it are not cached. */
const CAPACITY_BYTES = 16 * 1024 * 1024;
/** The size of a description, most of it the name of the file, in bytes. */
const REPRESENTATION_BYTES = 1_500;
/** The longest time that a value is cached, in milliseconds: it may depend on the clock, as a signed link does. */
const MAX_AGE_MS = 1_000;

/**
 * Creates a cache that every commit of the log empties, so that no invalidation can be forgotten. The log calls its
 * listeners before an append resolves, and for commits of other processes within its polling interval. Create the cache
 * before any listener that answers requests.
 *
 * @param now monotonic, in milliseconds
 */
export function createResponseCache(log: Pick<EventLog, "subscribe">, now = () => performance.now()): ResponseCache {
  const json = createValues<CachedJson>(({ text }) => 2 * text.length, now);
  const bytes = createValues<Representation>(() => REPRESENTATION_BYTES, now);
  log.subscribe(() => {
    json.clear();
    bytes.clear();
  });
  // No owner's name has a line break, so no two pairs make the same key.
  return {
    json: (owner, key, make) => json.get(`${owner}\n${key}`, make),
    bytes: (owner, key, make) => bytes.get(`${owner}\n${key}`, make),
  };
}

function createValues<Value>(sizeOf: (value: Value) => number, now: () => number) {
  const values = new Map<string, Value>();
  let size = 0;
  let since = now();

  function clear(): void {
    values.clear();
    size = 0;
    since = now();
  }

  return {
    clear,
    get(key: string, make: () => Value): Value {
      if (now() - since >= MAX_AGE_MS) clear();
      const found = values.get(key);
      if (found !== undefined) return found;
      const made = make();
      const sizeBytes = sizeOf(made);
      if (size + sizeBytes <= CAPACITY_BYTES) {
        values.set(key, made);
        size += sizeBytes;
      }
      return made;
    },
  };
}
