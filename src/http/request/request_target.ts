/** The parts of a request's URL that every request needs. */
export interface RequestTarget {
  /** The origin as browsers write it, e.g. `http://localhost:8000`. */
  readonly origin: string;
  /** The host with its port where it is not the scheme's own. */
  readonly host: string;
  /** The host without the port; an IPv6 address is in brackets. */
  readonly hostname: string;
  readonly pathname: string;
  /** The query with its question mark; empty without one. */
  readonly search: string;
  readonly searchParams: URLSearchParams;
}

const NO_PARAMETERS = new URLSearchParams();

/**
 * Splits a request's URL into its parts. The runtime has already parsed and normalised it by the URL standard, so the
 * parts are found by their delimiters; a second parse and its objects would cost as much as reading a row.
 *
 * @returns null for anything but a URL, such as the `/` that the runtime makes of a malformed Host header
 */
export function requestTarget(url: string): RequestTarget | null {
  const authority = url.indexOf("://") + 3;
  const path = url.indexOf("/", authority);
  if (authority < 3 || path <= authority) return null;
  const fragment = url.indexOf("#", path);
  const end = fragment < 0 ? url.length : fragment;
  const question = url.indexOf("?", path);
  const query = question < 0 || question > end ? end : question;
  const host = url.slice(authority, path);
  const search = end - query > 1 ? url.slice(query, end) : "";
  return {
    origin: url.slice(0, path),
    host,
    hostname: host.replace(/:\d*$/, ""),
    pathname: url.slice(path, query),
    search,
    get searchParams() {
      return search === "" ? NO_PARAMETERS : new URLSearchParams(search);
    },
  };
}
