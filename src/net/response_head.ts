import type { IncomingMessage } from "node:http";
import type { AppError } from "../core/errors.ts";
import { sizeLimit } from "../core/size_limit.ts";
import { codingsOf } from "./content_coding.ts";
import type { SourceErrorFactory } from "./source_error.ts";

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
 * Checks by its headers that a response is a complete file of an allowed size, and returns its Content-Type, at most
 * 255 characters, and its codings.
 *
 * Codings are accepted although `identity` was requested: object stores send compressed objects as stored.
 *
 * @throws {AppError} `source_error`, `asset_too_large`
 */
export function checkAnswer(
  response: Pick<IncomingMessage, "headers" | "statusCode">,
  options: { maxBytes: number; sourceError: SourceErrorFactory },
): { readonly contentType: string | null; readonly codings: readonly string[] } {
  const { maxBytes, sourceError } = options;
  const { headers, statusCode } = response;
  if (statusCode !== 200) throw sourceError("source_error", `answers with status ${statusCode}`);
  const codings = codingsOf(headers["content-encoding"], sourceError);
  const transfer = (headers["transfer-encoding"] ?? "").toLowerCase().split(",");
  if (transfer.some((coding) => !["", "identity", "chunked"].includes(coding.trim()))) {
    throw sourceError("source_error", "sends a compressed transfer that was not asked for");
  }
  if (Number(headers["content-length"] ?? 0) > maxBytes) throw tooLarge({ maxBytes, sourceError });
  return {
    contentType: headers["content-type"]?.slice(0, MAX_HEADER_VALUE) || null,
    codings,
  };
}

/** Builds the error for a file over the limit. */
export function tooLarge({ maxBytes, sourceError }: { maxBytes: number; sourceError: SourceErrorFactory }): AppError {
  return sourceError("asset_too_large", `is larger than ${sizeLimit(maxBytes)}`);
}
