/**
 * Reduces a URL to the parts that may be logged: scheme, host, port and path.
 *
 * Query, fragment and userinfo are dropped, because they may hold signatures and passwords. Any other than an http or https
 * URL is reduced to its scheme, or "".
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
