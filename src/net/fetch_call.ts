import { type Static, Type } from "@sinclair/typebox";
import type { StoredBlob } from "../blobs/mod.ts";

const Clock = Type.Optional(Type.Integer({ minimum: 0, description: "milliseconds" }));

/** A call to the fetch process. It carries everything that the process may do. */
export const FetchCall = Type.Object({
  url: Type.String(),
  /** An unused path for the file. */
  path: Type.String(),
  /** The grants in the syntax of `parseGrants`. */
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
 * The fetch process's result for a file that it wrote. It parses untrusted responses, so the server does not trust it:
 * it counts and hashes the bytes itself, and checks the final URL against the grants.
 */
export const FetchAnswer = Type.Object({
  /** The size in bytes. */
  sizeBytes: Type.Integer({ minimum: 0 }),
  contentType: Type.Union([Line, Type.Null()]),
  /** The URL after all redirects, without fragment. */
  finalUrl: Type.String({ maxLength: MAX_URL_LENGTH }),
});
/** @see {@linkcode FetchAnswer} */
export type FetchAnswer = Static<typeof FetchAnswer>;

/** A fetched file: its size and hash as computed by the server, and the sender's metadata. */
export interface FetchedFile extends StoredBlob, Omit<FetchAnswer, "sizeBytes"> {}
