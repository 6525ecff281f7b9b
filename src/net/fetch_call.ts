import { type Static, Type } from "@sinclair/typebox";
import type { StoredBlob } from "../blobs/mod.ts";

const Clock = Type.Optional(Type.Integer({ minimum: 0, description: "milliseconds" }));

/** What the server asks of the fetch process: all that it may do comes with each call, and it knows nothing else. */
export const FetchCall = Type.Object({
  url: Type.String(),
  /** Where the file goes; nothing is there yet. */
  path: Type.String(),
  /** As `parseGrants` reads them. */
  grants: Type.String(),
  maxBytes: Type.Integer(),
  totalMs: Type.Integer(),
  clocks: Type.Optional(Type.Object({ resolveMs: Clock, connectMs: Clock, headersMs: Clock, idleMs: Clock })),
  ca: Type.Optional(Type.String()),
});

/** A URL is at most as long as the headers that may hold it, with every character escaped. */
const MAX_URL_LENGTH = 3 * 16_384;
const Line = Type.String({ maxLength: 512, pattern: "^[^\\u0000-\\u0008\\u000a-\\u001f\\u007f]*$" });

/**
 * What the fetch process says of a file that it wrote. It parses what strangers send, so the server believes none of
 * it: it counts and hashes the bytes itself, and checks where they are said to come from.
 */
export const FetchAnswer = Type.Object({
  /** bytes */
  sizeBytes: Type.Integer({ minimum: 0 }),
  contentType: Type.Union([Line, Type.Null()]),
  fileName: Type.Union([Line, Type.Null()]),
  /** Where the file was found after all redirects; without fragment. */
  finalUrl: Type.String({ maxLength: MAX_URL_LENGTH }),
});
/** @see {@linkcode FetchAnswer} */
export type FetchAnswer = Static<typeof FetchAnswer>;

/** A fetched file: its bytes as the server has counted and hashed them, and what its sender says of it. */
export interface FetchedFile extends StoredBlob, Omit<FetchAnswer, "sizeBytes"> {}
