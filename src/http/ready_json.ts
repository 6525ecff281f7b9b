import type { Database } from "bun:sqlite";
import { createReadCache } from "../database/mod.ts";
import { type AnswerSet, takeHeaders } from "./own_response.ts";

/** The data of an answer, as JSON already. */
export interface ReadyJson {
  readonly text: string;
  /** Quoted. */
  readonly etag?: string;
}

/** The answers of one kind of thing, kept while nothing changes: frontends ask for the same one again and again. */
export interface ReadyAnswers {
  /** Who may see a thing is part of what it is kept under. */
  get(owner: string, id: string, make: () => ReadyJson): ReadyJson;
}

/** Makes the answers of one kind of thing. */
export function createReadyAnswers(db: Database): ReadyAnswers {
  // Two bytes a character at most.
  const cache = createReadCache<ReadyJson>(db, { sizeOf: ({ text }) => 2 * text.length });
  // No owner's name has a line break, so no two pairs make the same key.
  return { get: (owner, id, make) => cache.get(`${owner}\n${id}`, make) };
}

/**
 * Puts ready data into the envelope. It is an answer as {@linkcode envelope} makes it, without the work of making its
 * text from objects once more; so the framework cannot check it against the schema of the route, and the tests do.
 */
export function readyAnswer({ text, etag }: ReadyJson, requestId: string, set: AnswerSet): Response {
  const headers = takeHeaders(set);
  headers["content-type"] = "application/json;charset=utf-8";
  if (etag !== undefined) headers.etag = etag;
  // Neither a time nor a request id has anything to escape.
  const meta = `{"timestamp":"${new Date().toISOString()}","requestId":"${requestId}"}`;
  return new Response(`{"data":${text},"error":null,"meta":${meta}}`, { headers });
}
