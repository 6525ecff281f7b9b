import { AppError } from "../../core/errors.ts";

/** The validators of the current representation. */
export interface Validators {
  /** A strong entity tag with its quotes, as in `"6f1ed002"`. */
  etag: string;
  /** The time of the last change; undefined when it is unknown. */
  lastModified?: Date | undefined;
  /** True when the tag names a version and not the bytes of a response, so its forms from proxies match too. */
  isVersion?: boolean;
}

/** The result of the preconditions: proceed, 304 or 412. */
export type Precondition = "proceed" | "not_modified" | "failed";

/**
 * Evaluates `If-Match`, `If-Unmodified-Since`, `If-None-Match` and `If-Modified-Since` in the order of RFC 9110
 * §13.2.2.
 *
 * `If-Match` compares strongly, so a weak tag never matches; `If-None-Match` compares weakly. An invalid HTTP date is
 * ignored (§13.1.3, §13.1.4).
 */
export function evaluatePreconditions(
  request: Request,
  { etag, lastModified, isVersion = false }: Validators,
): Precondition {
  const strong = isVersion ? "version" : "strong";
  const weak = isVersion ? "version" : "weak";
  const header = (name: string) => request.headers.get(name);
  const reads = request.method === "GET" || request.method === "HEAD";

  const ifMatch = header("if-match");
  if (ifMatch !== null) {
    if (!listMatches(ifMatch, etag, strong)) return "failed";
  } else {
    const since = parseHttpDate(header("if-unmodified-since"));
    if (since !== null && lastModified !== undefined && wholeSeconds(lastModified) > since) return "failed";
  }

  const ifNoneMatch = header("if-none-match");
  if (ifNoneMatch !== null) {
    if (!listMatches(ifNoneMatch, etag, weak)) return "proceed";
    return reads ? "not_modified" : "failed";
  }
  const since = reads ? parseHttpDate(header("if-modified-since")) : null;
  if (since !== null && lastModified !== undefined && wholeSeconds(lastModified) <= since) return "not_modified";
  return "proceed";
}

/**
 * Rejects a change when `If-Match` names another version than the current one, or `If-None-Match` the current one.
 *
 * @param etag the current version's strong tag, quoted
 * @throws {AppError} `precondition_failed`
 */
export function assertPreconditions({ method, headers }: Request, etag: string): void {
  const ifMatch = headers.get("if-match");
  if (ifMatch !== null && !listMatches(ifMatch, etag, "version")) {
    const wanted = method === "GET" || method === "HEAD" ? "answer" : "change it";
    throw new AppError("precondition_failed", `Cannot ${wanted}: If-Match does not name the current version ${etag}`);
  }
  if (method === "GET" || method === "HEAD") return;
  const ifNoneMatch = headers.get("if-none-match");
  if (ifNoneMatch === null || !listMatches(ifNoneMatch, etag, "version")) return;
  throw new AppError("precondition_failed", `Cannot change it: If-None-Match names the current version ${etag}`);
}

/** Returns the check of a command's version against the preconditions of its request. */
export function preconditionOf(request: Request): (version: number) => void {
  return (version) => assertPreconditions(request, `"${version}"`);
}

/**
 * Returns true when a read can be answered with 304, because the client already has this version.
 *
 * @throws {AppError} `precondition_failed` when `If-Match` names another version
 */
export function isNotModified(request: Request, etag: string): boolean {
  assertPreconditions(request, etag);
  return evaluatePreconditions(request, { etag, isVersion: true }) === "not_modified";
}

/** Ends a read with 304 and the headers set so far, because the client's copy is current. */
export class NotModified extends Error {
  override readonly name = "NotModified";
}

/**
 * Ends a read when the client already has this version, or demands another one.
 *
 * @throws {NotModified} when `If-None-Match` names the version
 * @throws {AppError} `precondition_failed` when `If-Match` names another version
 */
export function assertModified(request: Request, etag: string): void {
  if (isNotModified(request, etag)) throw new NotModified("The client has this version already");
}

/**
 * Returns true when a `Range` applies: without `If-Range`, or when that names exactly this representation
 * (RFC 9110 §13.1.5: strong comparison, and an exact date).
 */
export function rangeApplies(request: Request, { etag, lastModified }: Validators): boolean {
  const ifRange = request.headers.get("if-range")?.trim();
  if (ifRange === undefined) return true;
  if (/^(W\/)?"/.test(ifRange)) return ifRange === etag;
  const date = parseHttpDate(ifRange);
  return date !== null && lastModified !== undefined && wholeSeconds(lastModified) === date;
}

/**
 * Returns true when a header with `*` or a list of entity tags names the tag.
 *
 * For a version two more forms match: the weak tag, which nginx makes when it compresses a response, and the tag with
 * the coding at its end, which Apache makes.
 */
function listMatches(header: string, etag: string, comparison: "strong" | "weak" | "version"): boolean {
  if (header.trim() === "*") return true;
  // A tag may contain a comma, so the list cannot be split at commas (RFC 9110 §8.8.3).
  for (const [, weak, tag] of header.matchAll(/(W\/)?("[\x21\x23-\x7e\x80-\xff]*")/g)) {
    const named = comparison === "version" ? tag?.replace(/[-;](gzip|br|zstd|deflate)"$/, '"') : tag;
    if (named === etag && (comparison !== "strong" || weak === undefined)) return true;
  }
  return false;
}

/** Returns the milliseconds since 1970 of a date in one of the three forms of RFC 9110 §5.6.7; else null. */
function parseHttpDate(text: string | null): number | null {
  if (text === null) return null;
  const date = text.trim();
  const imfOrRfc850 = /^[A-Z][a-z]+, \d{2}[ -][A-Z][a-z]{2}[ -]\d{2,4} \d{2}:\d{2}:\d{2} GMT$/;
  const asctime = /^[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d{2}:\d{2}:\d{2} \d{4}$/;
  const milliseconds = imfOrRfc850.test(date) ? Date.parse(date) : asctime.test(date) ? Date.parse(`${date} GMT`) : NaN;
  return Number.isNaN(milliseconds) ? null : milliseconds;
}

/** Returns the whole seconds of a date, because HTTP dates have no fractions. */
function wholeSeconds(date: Date): number {
  return Math.floor(date.getTime() / 1000) * 1000;
}
