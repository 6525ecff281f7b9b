import type { Database } from "bun:sqlite";
import { createReadCache } from "../../database/mod.ts";
import type { Representation } from "../bytes/serve_bytes.ts";
import type { ReadyJson } from "./cached_json.ts";

/**
 * What answers are made of, kept while nothing changes: frontends ask for the same things again and again. Who may see
 * a thing is part of what it is kept under.
 */
export interface Kept {
  /** The data of an answer in JSON. */
  json(owner: string, what: string, make: () => ReadyJson): ReadyJson;
  /** The description of stored bytes. */
  bytes(owner: string, what: string, make: () => Representation): Representation;
}

/** About what a description takes, most of it the name of the file, in bytes. */
const REPRESENTATION_BYTES = 1_500;

/** Makes it for the read tables of a database. */
export function createKept(db: Database): Kept {
  // Two bytes a character at most.
  const json = createReadCache<ReadyJson>(db, { sizeOf: ({ text }) => 2 * text.length });
  const bytes = createReadCache<Representation>(db, { sizeOf: () => REPRESENTATION_BYTES });
  // No owner's name has a line break, so no two pairs make the same key.
  return {
    json: (owner, what, make) => json.get(`${owner}\n${what}`, make),
    bytes: (owner, what, make) => bytes.get(`${owner}\n${what}`, make),
  };
}
