import { type Static, Type } from "@sinclair/typebox";

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

/** A fetched file: what was counted and hashed, and what the sender says of it, which is trusted for nothing. */
export const FetchedFile = Type.Object({
  sha256: Type.String({ pattern: "^[0-9a-f]{64}$" }),
  /** bytes */
  sizeBytes: Type.Integer({ minimum: 0 }),
  contentType: Type.Union([Type.String({ maxLength: 255 }), Type.Null()]),
  fileName: Type.Union([Type.String(), Type.Null()]),
  /** Where the file was found after all redirects; without fragment. */
  finalUrl: Type.String(),
});
/** A fetched file. */
export type FetchedFile = Static<typeof FetchedFile>;
