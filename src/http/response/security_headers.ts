/**
 * The default headers of every response: a browser must not guess its type, run or frame any of it, send its URL (which
 * may be signed) to other hosts, or embed it in another site's page as a picture or script. (OWASP, REST Security Cheat
 * Sheet; the last one does not affect CORS.)
 */
export const SECURITY_HEADERS = {
  "x-content-type-options": "nosniff",
  "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
  "referrer-policy": "no-referrer",
  "cross-origin-resource-policy": "same-origin",
  // A shared cache may keep the response to a request with X-API-Key unless this header forbids it (RFC 9111, section
  // 3).
  "cache-control": "private, no-cache",
} as const;
