import type { ErrorCode } from "../../core/errors.ts";
import type { AnswerHeader, RequestHeader } from "./headers.ts";

/** A convention of an endpoint, as the document shows it. */
export interface Trait {
  /** The request headers that it reads. */
  readonly listens?: readonly RequestHeader[];
  /** The headers of its 2xx responses. */
  readonly says?: readonly AnswerHeader[];
  readonly codes?: readonly ErrorCode[];
}

/** All conventions. */
export const TRAITS = {
  /** Creates a resource once per `Idempotency-Key`. */
  idempotent: {
    listens: ["Idempotency-Key"],
    says: ["Idempotency-Replayed"],
    codes: ["idempotency_key_reused", "validation_failed"],
  },
  /** Waits, or answers 202 before the outcome is known. */
  waits: { listens: ["Prefer"], says: ["Preference-Applied"] },
  /** Names the new resource in `Location`. */
  located: { says: ["Location"] },
  /** A list in pages. */
  paged: { says: ["Link"], codes: ["validation_failed"] },
  /** Answers with an ETag of the version. */
  versioned: { says: ["ETag"] },
  /** Rejects a change to another version than the one that the client has seen. */
  guarded: { listens: ["If-Match", "If-None-Match"], codes: ["precondition_failed"] },
  /** Answers 304 when the client's copy is current. */
  cached: { listens: ["If-None-Match", "If-Match"], says: ["ETag"], codes: ["precondition_failed"] },
  /** A stream of server-sent events that can be resumed. */
  stream: { listens: ["Last-Event-ID"] },
  /** Stored bytes, to GET and HEAD. */
  bytes: {
    listens: ["Range", "If-Range", "If-Match", "If-None-Match", "If-Modified-Since", "If-Unmodified-Since"],
    says: ["ETag", "Last-Modified", "Accept-Ranges", "Cache-Control", "Content-Disposition"],
    codes: ["not_found", "precondition_failed", "range_not_satisfiable", "unavailable"],
  },
} as const satisfies Record<string, Trait>;

/** The name of a convention. */
export type TraitName = keyof typeof TRAITS;

/** The conventions that a route can claim; `bytes` comes from its content types. */
export const TRAIT_NAMES = [
  "idempotent",
  "waits",
  "located",
  "paged",
  "versioned",
  "guarded",
  "cached",
  "stream",
] as const satisfies readonly TraitName[];
