import { Type } from "@sinclair/typebox";
import type { PageRequest } from "../../core/paging.ts";
import { invalid } from "../../core/validation_errors.ts";

/** The query parameters of every list; {@linkcode readPageNumbers} parses the numbers. */
export const PageQuery = {
  limit: Type.Optional(
    Type.Integer({
      minimum: 1,
      maximum: 1000,
      default: 100,
      description: "Most items per page. A page also ends at 4 MiB; `meta.nextCursor` then leads on.",
    }),
  ),
  offset: Type.Optional(
    Type.Integer({
      minimum: 0,
      maximum: Number.MAX_SAFE_INTEGER,
      description: "Items to skip; not with `cursor`. A page that would end early is refused: use a smaller `limit`.",
    }),
  ),
  cursor: Type.Optional(
    Type.String({ maxLength: 200, description: "`meta.nextCursor` of the previous page.", examples: ["cDQy"] }),
  ),
};

/**
 * Parses the digits in `limit` and `offset` before validation. A query has only strings, and the framework's own
 * conversion accepts `1e2`, `0x10` and an empty value as numbers.
 */
export function readPageNumbers(query: Record<string, unknown>): void {
  for (const name of ["limit", "offset"]) {
    const text = query[name];
    if (typeof text === "string" && /^\d{1,17}$/.test(text)) query[name] = Number(text);
  }
}

/**
 * Reads the paging parameters.
 *
 * @throws {AppError} `validation_failed` for a cursor that this server did not make, or a cursor with an offset
 */
export function pageRequestOf(query: {
  limit?: number | undefined;
  offset?: number | undefined;
  cursor?: string | undefined;
}): PageRequest {
  const { limit = 100, offset, cursor } = query;
  if (cursor === undefined) return { by: "offset", limit, offset: offset ?? 0, isCounted: offset !== undefined };
  if (offset !== undefined) throw invalid([{ path: "offset", message: "cannot be combined with cursor" }]);
  const position = /^p([1-9]\d{0,15})$/.exec(Buffer.from(cursor, "base64url").toString("latin1"))?.[1];
  if (position === undefined) throw invalid([{ path: "cursor", message: "is not a cursor of this list" }]);
  return { by: "cursor", limit, before: Number(position) };
}
