import type { Identity } from "../../core/identity.ts";
import type { Page, PageRequest } from "../../core/paging.ts";
import { type Envelope, envelope } from "./envelope.ts";

/** The context of a page's response. */
export interface PageResponseOptions {
  readonly page: Page<unknown>;
  readonly pageRequest: PageRequest;
  readonly request: Request;
  readonly identity: Identity;
  /** Prefix of absolute URLs; null makes them relative. */
  readonly publicUrl: string | null;
  /** Receives the `Link` header. */
  readonly set: { readonly headers: Record<string, string | number> };
}

/** Creates the response of a list's page, with the next page in `Link` (RFC 8288) and `meta.nextCursor`. */
export function pageResponse<Item>(items: Item[], options: PageResponseOptions): Envelope<Item[]> {
  const { page, pageRequest, request, identity, publicUrl, set } = options;
  const nextCursor = page.next === null ? undefined : cursorAt(page.next);
  if (nextCursor !== undefined) set.headers.link = nextLink(request, nextCursor, publicUrl);
  return envelope(items, identity.requestId, {
    ...(pageRequest.by === "offset"
      ? { page: Math.floor(pageRequest.offset / pageRequest.limit) + 1, total: page.total ?? 0 }
      : {}),
    ...(nextCursor === undefined ? {} : { nextCursor }),
  });
}

/** Returns the URL of the next page, with every filter of the request. */
function nextLink(request: Request, cursor: string, publicUrl: string | null): string {
  const url = new URL(request.url);
  url.searchParams.delete("offset");
  url.searchParams.set("cursor", cursor);
  return `<${publicUrl ?? ""}${url.pathname}${url.search}>; rel="next"`;
}

function cursorAt(position: number): string {
  return Buffer.from(`p${position}`, "latin1").toString("base64url");
}
