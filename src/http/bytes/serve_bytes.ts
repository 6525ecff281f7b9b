import type { BlobStore } from "../../blobs/mod.ts";
import { AppError } from "../../core/errors.ts";
import { mediaTypeOf } from "../../media/mod.ts";
import { evaluatePreconditions, rangeApplies, type Validators } from "../request/preconditions.ts";
import { HttpError } from "../response/http_error.ts";
import { contentDisposition } from "./content_disposition.ts";
import { multipartRanges } from "./multipart_ranges.ts";
import { contentRange, parseRange, type RangeRequest } from "./ranges.ts";

/** Stored bytes that can be served, and their presentation in a browser. */
export interface ServedBytes {
  /** The SHA-256 of the content, which is also its strong ETag. */
  sha256: string;
  /** The size in bytes by the row; a store that holds another number has lost some. */
  sizeBytes: number;
  /** From the table of media types, never from a sender. */
  contentType: string;
  /** The extension of the name, for a content type that is not of the table of media types. */
  extension?: string;
  /** The name for saving; see {@linkcode contentDisposition}. */
  filename: string;
  /** True to show the bytes in place; false to save them. */
  inline: boolean;
  lastModified?: Date | undefined;
}

/** Bytes that can be served, with all parts of their responses that do not depend on the request. */
export interface Representation extends Validators {
  readonly sha256: string;
  readonly sizeBytes: number;
  readonly contentType: string;
  readonly disposition: string;
  /** The time of the last change, as an HTTP date. */
  readonly modified: string | undefined;
}

/** The dependencies and context of serving bytes. */
export interface ServeOptions {
  readonly blobs: BlobStore;
  readonly cacheControl: string;
  /** Headers in lower case; those of the bytes win. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** Describes bytes for {@linkcode serveBytes}. */
export function representationOf(served: ServedBytes): Representation {
  const { sha256, sizeBytes, contentType, filename, inline, lastModified } = served;
  const extension = served.extension ?? mediaTypeOf(contentType)?.extension ?? "bin";
  return {
    sha256,
    sizeBytes,
    contentType,
    disposition: contentDisposition(filename, { inline, extension }),
    etag: `"${sha256}"`,
    lastModified,
    modified: lastModified?.toUTCString(),
  };
}

/**
 * Responds to GET or HEAD with stored bytes: 200, 206 (one part or several) or 304 (RFC 9110 §13–15).
 *
 * The kernel sends single parts of files without a copy. A `Range` on HEAD is ignored (§14.2).
 *
 * @throws {AppError} `precondition_failed`; `range_not_satisfiable` with `details.sizeBytes`; `unavailable` when the
 *   bytes are missing or damaged
 */
export async function serveBytes(
  request: Request,
  served: Representation,
  { blobs, cacheControl, headers: given }: ServeOptions,
): Promise<Response> {
  const { sha256, sizeBytes, contentType, etag, modified } = served;
  // A plain record: every Headers object on the way is one more copy.
  const headers: Record<string, string> = {
    ...given,
    etag,
    "cache-control": cacheControl,
    "accept-ranges": "bytes",
    "x-content-type-options": "nosniff",
    "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox",
    "cross-origin-resource-policy": "cross-origin",
  };
  if (modified !== undefined) headers["last-modified"] = modified;

  const precondition = evaluatePreconditions(request, served);
  if (precondition === "not_modified") return new Response(null, { status: 304, headers });
  if (precondition === "failed") {
    throw new AppError(
      "precondition_failed",
      `Cannot send the data: its ETag is ${etag}, not what the request demands`,
    );
  }

  // Bun opens a file only after the handler is done, so a missing file must be found here.
  const found = await blobs.find(sha256);
  if (found === null || found.sizeBytes !== sizeBytes) {
    const state = found === null ? "missing from" : "damaged in";
    throw new AppError("unavailable", `Cannot send the data: its bytes are ${state} the storage`);
  }

  headers["content-type"] = contentType;
  headers["content-disposition"] = served.disposition;

  if (request.method === "HEAD") {
    headers["content-length"] = String(sizeBytes);
    return new Response(null, { status: 200, headers });
  }

  const asked = rangeApplies(request, served) ? request.headers.get("range") : null;
  const range = answerable(parseRange(asked, sizeBytes));
  if (range.kind === "unsatisfiable") {
    throw rangeNotSatisfiable(sizeBytes);
  }
  if (range.kind === "parts" && range.ranges.length > 1) {
    const multipart = multipartRanges(range.ranges, found, contentType);
    headers["content-type"] = multipart.contentType;
    return new Response(await multipart.bytes(), { status: 206, headers });
  }
  const part = range.kind === "parts" ? range.ranges[0] : { start: 0, end: sizeBytes - 1 };
  headers["content-length"] = String(part.end - part.start + 1);
  if (range.kind === "parts") headers["content-range"] = contentRange(part, sizeBytes);
  const bytes = sizeBytes === 0 ? null : found.body(part);
  const body = isCutByRuntime(request, range) && bytes instanceof Blob ? await uncut(bytes) : bytes;
  return new Response(body, { status: range.kind === "parts" ? 206 : 200, headers });
}

/** The most bytes that are read into memory for one response. */
const MAX_BUFFERED_BYTES = 4 * 1024 * 1024;

/**
 * Ignores several ranges that are too large together, as RFC 9110 (section 14.2) allows: Bun sends a stream without a
 * Content-Length, so several parts are put together in memory.
 */
function answerable(range: RangeRequest): RangeRequest {
  if (range.kind !== "parts" || range.ranges.length === 1) return range;
  const bytes = range.ranges.reduce((sum, { start, end }) => sum + end - start + 1, 0);
  return bytes > MAX_BUFFERED_BYTES ? { kind: "whole" } : range;
}

/**
 * Returns true when Bun would itself apply a `Range` that must be ignored: it accepts blanks in a single range, which
 * RFC 9110 does not allow, takes the first of two `Range` lines, and an empty `If-Range` for an absent one.
 */
function isCutByRuntime({ headers }: Request, { kind }: RangeRequest): boolean {
  if (kind !== "whole" || !/^\s*bytes\s*=[\d\s]*-[\d\s]*(,\s*bytes|$)/i.test(headers.get("range") ?? "")) return false;
  return /^\s*(,|$)/.test(headers.get("if-range") ?? "");
}

/** Returns the bytes in a form that Bun does not recognise as a file; only large ones lose their Content-Length. */
async function uncut(bytes: Blob): Promise<Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array<ArrayBuffer>>> {
  if (bytes.size <= MAX_BUFFERED_BYTES) return await bytes.bytes();
  return bytes.stream().pipeThrough(new TransformStream());
}

/** Returns the error of a range outside the data. */
export function rangeNotSatisfiable(sizeBytes: number): HttpError {
  return new HttpError("range_not_satisfiable", `Cannot send this range: the data has ${sizeBytes} bytes`, {
    headers: { "content-range": contentRange(null, sizeBytes), "accept-ranges": "bytes" },
    details: { sizeBytes },
  });
}
