/**
 * A URL as it may stand in a log: scheme, host, port and path.
 *
 * Query, fragment and userinfo are dropped, since that is where signatures and passwords are. What is no http or https
 * URL becomes its scheme alone, or "" where there is none.
 *
 * @example
 * ```ts
 * redactUrl("https://me:secret@cdn.example/a.png?sig=1#x"); // "https://cdn.example/a.png"
 * ```
 */
export function redactUrl(text: string): string {
  const url = URL.parse(text);
  if (url === null) return "";
  if (url.protocol !== "http:" && url.protocol !== "https:") return url.protocol;
  return `${url.origin}${url.pathname}`;
}
