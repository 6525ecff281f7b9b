import { isNotModified } from "../request/preconditions.ts";
import { type AnswerSet, takeHeaders } from "./response_headers.ts";

/** The data of an answer, as JSON already. */
export interface CachedJson {
  readonly text: string;
  /** Names the version; quoted. */
  readonly etag: string;
  /**
   * Until when this version is answered in the same way, in milliseconds since 1970: signed links end, and some parts
   * change without a new version. After that nobody gets a 304 for it. Absent: for ever.
   */
  readonly sameUntil?: number;
}

/** What an answer of ready data is made for. */
export interface ReadyAnswerOptions {
  readonly request: Request;
  readonly requestId: string;
  readonly set: AnswerSet;
}

/**
 * Puts ready data into the envelope. It is an answer as {@linkcode envelope} makes it, without the work of making its
 * text from objects once more; so the framework cannot check it against the schema of the route, and the tests do.
 */
export function cachedResponse(
  { text, etag, sameUntil = Number.POSITIVE_INFINITY }: CachedJson,
  { request, requestId, set }: ReadyAnswerOptions,
): Response {
  const has = isNotModified(request, etag) && Date.now() < sameUntil;
  const headers = takeHeaders(set);
  headers.etag = etag;
  if (has) return new Response(null, { status: 304, headers });
  headers["content-type"] = "application/json;charset=utf-8";
  // Neither a time nor a request id has anything to escape.
  const meta = `{"timestamp":"${new Date().toISOString()}","requestId":"${requestId}"}`;
  return new Response(`{"data":${text},"error":null,"meta":${meta}}`, { headers });
}

/** The ETag of a version. */
export function etagOf({ version }: { readonly version: number }): string {
  return `"${version}"`;
}
