import { Type } from "@sinclair/typebox";
import { AppError } from "../../core/errors.ts";
import type { PageMeta } from "../response/envelope.ts";

/** The query parameters of every list; {@linkcode readPageNumbers} makes the numbers. */
export const PageQuery = {
  limit: Type.Optional(
    Type.Integer({
      minimum: 1,
      maximum: 1000,
      default: 100,
      description: "Things per page, at most: a page ends at 4 MiB of them, and `meta.nextCursor` goes on.",
    }),
  ),
  offset: Type.Optional(
    Type.Integer({
      minimum: 0,
      maximum: Number.MAX_SAFE_INTEGER,
      description: "Skips so many; not with `cursor`. A page that would end early is refused: take a smaller `limit`.",
    }),
  ),
  cursor: Type.Optional(
    Type.String({ maxLength: 200, description: "`meta.nextCursor` of the page before.", examples: ["cDQy"] }),
  ),
};

/**
 * Makes numbers of the digits in `limit` and `offset`, before they are validated. A query knows only strings, and the
 * framework's own conversion takes `1e2`, `0x10` and an empty value for numbers.
 */
export function readPageNumbers(query: Record<string, unknown>): void {
  for (const name of ["limit", "offset"]) {
    const text = query[name];
    if (typeof text === "string" && /^\d{1,17}$/.test(text)) query[name] = Number(text);
  }
}

/** Which page a client asks for. */
export type PageRequest =
  | { readonly by: "cursor"; readonly limit: number; readonly before: number }
  | {
      readonly by: "offset";
      readonly limit: number;
      readonly offset: number;
      /** The client gave an offset, so it counts on every page being as long as its limit. */
      readonly isCounted?: boolean;
    };

/** One page of a list, newest first; `position` is the thing's place in the log. */
export interface Page<Item> {
  readonly items: readonly Item[];
  /** The position to go on below; null at the end. */
  readonly next: number | null;
  /** How many there are in all; null when nobody asked. */
  readonly total: number | null;
}

/**
 * Reads the paging parameters.
 *
 * @throws {AppError} `validation_failed` for a cursor that this server did not make, or one together with an offset
 */
export function pageRequestOf(query: {
  limit?: number | undefined;
  offset?: number | undefined;
  cursor?: string | undefined;
}): PageRequest {
  const { limit = 100, offset, cursor } = query;
  if (cursor === undefined) return { by: "offset", limit, offset: offset ?? 0, isCounted: offset !== undefined };
  if (offset !== undefined) refuse("offset", "cannot be combined with cursor");
  const position = /^p([1-9]\d{0,15})$/.exec(Buffer.from(cursor, "base64url").toString("latin1"))?.[1];
  if (position === undefined) refuse("cursor", "is not a cursor of this list");
  return { by: "cursor", limit, before: Number(position) };
}

function refuse(path: string, message: string): never {
  throw new AppError("validation_failed", `Cannot read this page: ${path} ${message}`, [{ path, message }]);
}

/** What the envelope says of a page. */
export function pageMeta(page: Page<unknown>, asked: PageRequest): PageMeta {
  return {
    ...(asked.by === "offset" ? { page: Math.floor(asked.offset / asked.limit) + 1, total: page.total ?? 0 } : {}),
    ...(page.next === null ? {} : { nextCursor: cursorAt(page.next) }),
  };
}

/** The `Link` header of a page (RFC 8288), with every filter of this request; null at the end. */
export function nextLink(request: Request, page: Page<unknown>, publicUrl: string | null): string | null {
  if (page.next === null) return null;
  const url = new URL(request.url);
  url.searchParams.delete("offset");
  url.searchParams.set("cursor", cursorAt(page.next));
  return `<${publicUrl ?? ""}${url.pathname}${url.search}>; rel="next"`;
}

function cursorAt(position: number): string {
  return Buffer.from(`p${position}`, "latin1").toString("base64url");
}
