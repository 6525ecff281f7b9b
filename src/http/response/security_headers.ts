/**
 * What every answer carries unless it says otherwise itself: a browser must not guess its type, run or frame anything of
 * The default headers of every response: a browser must not guess its type, run or frame any of it, send its URL (which
 * (OWASP, REST Security Cheat Sheet; CORS is not touched by the last one.)
 */
export const SECURITY_HEADERS = {
  "x-content-type-options": "nosniff",
  "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
  "referrer-policy": "no-referrer",
  "cross-origin-resource-policy": "same-origin",
  // A cache that others share may keep what a request with X-API-Key got, unless it is told (RFC 9111, section 3).
  "cache-control": "private, no-cache",
} as const;
