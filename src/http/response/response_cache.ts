import type { Database } from "bun:sqlite";
import { createReadCache } from "../../database/mod.ts";
import type { Representation } from "../bytes/serve_bytes.ts";
import type { CachedJson } from "./cached_json.ts";

/**
 * What answers are made of, kept while nothing changes: frontends ask for the same things again and again. Who may see
 * A cache of responses that lasts until the data changes: frontends request the same things again and again. The owner is
 */
export interface ResponseCache {
  /** The data of an answer in JSON. */
  json(owner: string, what: string, make: () => CachedJson): CachedJson;
  /** The description of stored bytes. */
  bytes(owner: string, what: string, make: () => Representation): Representation;
}

/** The approximate size of a description, mostly the file name, in bytes. */
const REPRESENTATION_BYTES = 1_500;

/** Creates a cache over the read tables of a database. */
export function createResponseCache(db: Database): ResponseCache {
  // Two bytes a character at most.
  const json = createReadCache<CachedJson>(db, { sizeOf: ({ text }) => 2 * text.length });
  const bytes = createReadCache<Representation>(db, { sizeOf: () => REPRESENTATION_BYTES });
  // No owner's name has a line break, so no two pairs make the same key.
  return {
    json: (owner, what, make) => json.get(`${owner}\n${what}`, make),
    bytes: (owner, what, make) => bytes.get(`${owner}\n${what}`, make),
  };
}
