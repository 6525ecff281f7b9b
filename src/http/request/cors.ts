import { AppError } from "../../core/errors.ts";

/** Cross-origin resource sharing: the headers and preflight responses for pages of other origins. */
export interface Cors {
  /** Returns the headers of every response to this request; none for a page that is not allowed. */
  headersFor(request: Request): Readonly<Record<string, string>>;
  /**
   * Returns the response to a preflight (Fetch standard, section 3.2.2); undefined for any other request.
   *
   * @param methods the methods of the path
   * @throws {AppError} `forbidden` for an origin that is not allowed
   */
  preflight(request: Request, methods: readonly string[]): Response | undefined;
}

/** The request headers that the API reads, beyond the CORS-safelisted ones. */
const REQUEST_HEADERS = [
  "Authorization",
  "Content-Type",
  "Idempotency-Key",
  "If-Match",
  "If-Modified-Since",
  "If-None-Match",
  "If-Range",
  "If-Unmodified-Since",
  "Last-Event-ID",
  "Prefer",
  "Range",
  "X-API-Key",
  "X-Request-Id",
];

/** The name of a header (RFC 9110, section 5.6.2) that begins as real ones do: `*` would be a wildcard. */
const TOKEN = /^[0-9A-Za-z][!#$%&'*+.^_`|~0-9A-Za-z-]{0,99}$/;

/** Headers that belong to the connection or to proxies: a proxy in front of the server may trust them. */
const NOT_A_PAGES =
  /^(forwarded|via|cookie2?|host|te|trailer|upgrade|connection|x-real-ip|x-original-.*)$|^(x-forwarded|x-http-method|x-method|proxy|sec)-/i;

/** The most headers of a preflight, more than any browser sends. */
const MAX_REQUEST_HEADERS = 100;

/** The response headers that a page may read, beyond the CORS-safelisted ones. */
const ANSWER_HEADERS = [
  "Accept-Ranges",
  "Allow",
  "Content-Disposition",
  "Content-Range",
  "ETag",
  "Idempotency-Replayed",
  "Link",
  "Location",
  "Preference-Applied",
  "RateLimit",
  "RateLimit-Policy",
  "Retry-After",
  "WWW-Authenticate",
  "X-Request-Id",
];

/**
 * Allows the pages of some origins to call the API. There are no cookies, so no credentials are allowed. The origin is
 * named, never `*`, so that a cache cannot apply one page's permission to another.
 */
export function createCors(allowedOrigins: readonly string[]): Cors {
  const allowed = new Set(allowedOrigins);

  function headersFor(request: Request): Readonly<Record<string, string>> {
    if (allowed.size === 0) return {};
    const origin = request.headers.get("origin");
    if (origin === null || !allowed.has(origin)) return { vary: "Origin" };
    return {
      vary: "Origin",
      "access-control-allow-origin": origin,
      "access-control-expose-headers": ANSWER_HEADERS.join(", "),
    };
  }

  return {
    headersFor,
    preflight(request, methods) {
      if (request.method !== "OPTIONS") return undefined;
      const { headers } = request;
      const origin = headers.get("origin");
      if (origin === null || !headers.has("access-control-request-method")) return undefined;
      if (!allowed.has(origin)) {
        throw new AppError(
          "forbidden",
          "Cannot accept requests from a page of this origin: it is not in ALLOWED_ORIGINS",
        );
      }
      return new Response(null, {
        status: 204,
        headers: {
          ...headersFor(request),
          vary: "Origin, Access-Control-Request-Method, Access-Control-Request-Headers",
          "access-control-allow-methods": methods.join(", "),
          "access-control-allow-headers": allowedNames(headers.get("access-control-request-headers")).join(", "),
          "access-control-max-age": "600",
        },
      });
    },
  };
}

/**
 * Returns the headers that the API reads and those that the page requests: tracing and client libraries add their own,
 * and headers that the API does not read have no effect.
 */
function allowedNames(asked: string | null): string[] {
  const names = (asked ?? "").split(",", MAX_REQUEST_HEADERS).map((name) => name.trim().toLowerCase());
  const known = new Set(REQUEST_HEADERS.map((name) => name.toLowerCase()));
  const others = new Set(names.filter((name) => TOKEN.test(name) && !NOT_A_PAGES.test(name) && !known.has(name)));
  return [...REQUEST_HEADERS, ...others];
}
