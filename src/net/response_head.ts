import type { IncomingMessage } from "node:http";
import type { AppError } from "../core/errors.ts";
import { sizeLimit } from "../core/size_limit.ts";
import { codingsOf } from "./content_coding.ts";
import { sentFileName } from "./file_name.ts";
import type { SourceErrorFactory } from "./source_error.ts";

/** The sender's metadata of a file, recorded but not trusted. */
export interface SentFacts {
  /** The Content-Type header unchanged, at most 255 characters; `null` where it is absent. */
  readonly contentType: string | null;
  /** The announced size in bytes; `null` where none is announced. */
  readonly contentLength: number | null;
  /** The file's name in Content-Disposition, without folders and control characters; `null` where it is absent. */
  readonly fileName: string | null;
}

const REDIRECTS = [301, 302, 303, 307, 308];
const MAX_HEADER_VALUE = 255;

/**
 * Returns the Location of a redirect; `null` for any other response.
 *
 * @throws {AppError} `source_error` for a redirect without a Location
 */
export function redirectLocation(response: IncomingMessage, sourceError: SourceErrorFactory): string | null {
  if (!REDIRECTS.includes(response.statusCode ?? 0)) return null;
  const { location } = response.headers;
  if (location === undefined || location === "") throw sourceError("source_error", "redirects without saying where to");
  // Headers arrive as Latin-1; many servers send UTF-8 in Location.
  return Buffer.from(location, "latin1").toString("utf8");
}

/**
 * Checks by its headers that a response is a complete file of an allowed size.
 *
 * Codings are accepted although `identity` was requested: object stores send compressed objects as stored.
 *
 * @throws {AppError} `source_error`, `asset_too_large`
 */
export function checkAnswer(
  response: Pick<IncomingMessage, "headers" | "statusCode">,
  options: { maxBytes: number; sourceError: SourceErrorFactory },
): SentFacts & { readonly codings: readonly string[] } {
  const { maxBytes, sourceError } = options;
  const { headers, statusCode } = response;
  if (statusCode !== 200) throw sourceError("source_error", `answers with status ${statusCode}`);
  const codings = codingsOf(headers["content-encoding"], sourceError);
  const transfer = (headers["transfer-encoding"] ?? "").toLowerCase().split(",");
  if (transfer.some((coding) => !["", "identity", "chunked"].includes(coding.trim()))) {
    throw sourceError("source_error", "sends a compressed transfer that was not asked for");
  }
  const announced = headers["content-length"];
  const contentLength = announced === undefined ? null : Number(announced);
  if (contentLength !== null && contentLength > maxBytes) throw tooLarge({ maxBytes, sourceError });
  return {
    contentType: headers["content-type"]?.slice(0, MAX_HEADER_VALUE) || null,
    // With codings, the announced size is that of the packed bytes.
    contentLength: codings.length === 0 ? contentLength : null,
    codings,
    fileName: sentFileName(headers["content-disposition"]),
  };
}

/** Builds the error for a file over the limit. */
export function tooLarge({ maxBytes, sourceError }: { maxBytes: number; sourceError: SourceErrorFactory }): AppError {
  return sourceError("asset_too_large", `is larger than ${sizeLimit(maxBytes)}`);
}
