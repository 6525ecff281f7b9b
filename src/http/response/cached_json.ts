import { isNotModified } from "../request/preconditions.ts";
import { type AnswerSet, takeHeaders } from "./response_headers.ts";

/** The data of a response, serialized as JSON. */
export interface CachedJson {
  readonly text: string;
  /** The quoted tag of the version. */
  readonly etag: string;
  /**
   * The time until which this version is answered in the same way, in milliseconds since 1970: signed links expire, and
   * some parts change without a new version. After it no request gets a 304. Absent: no limit.
   */
  readonly sameUntil?: number;
}

/** The request that is answered with cached data. */
export interface ReadyAnswerOptions {
  readonly request: Request;
  readonly requestId: string;
  readonly set: AnswerSet;
}

/**
 * Puts cached JSON into the envelope. The response equals that of {@linkcode envelope}, without serializing the data
 * again; so the framework cannot check it against the schema of the route, and the tests do.
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

/** Returns the ETag of a version. */
export function etagOf({ version }: { readonly version: number }): string {
  return `"${version}"`;
}
