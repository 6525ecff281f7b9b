import type { Identity } from "../../core/identity.ts";
import { nextLink, type Page, type PageRequest, pageMeta } from "../request/page_request.ts";
import { type Envelope, envelope } from "./envelope.ts";

/** What the answer of a page is made for. */
export interface PageResponseOptions {
  readonly page: Page<unknown>;
  readonly asked: PageRequest;
  readonly request: Request;
  readonly identity: Identity;
  /** Prefix of absolute URLs; null makes them relative. */
  readonly publicUrl: string | null;
  /** Where the `Link` header goes. */
  readonly set: { readonly headers: Record<string, string | number> };
}

/** Answers a page of a list as people see its items, and says in `Link` and `meta` where the list goes on. */
export function pageResponse<Item>(items: Item[], options: PageResponseOptions): Envelope<Item[]> {
  const { page, asked, request, identity, publicUrl, set } = options;
  const link = nextLink(request, page, publicUrl);
  if (link !== null) set.headers.link = link;
  return envelope(items, identity.requestId, pageMeta(page, asked));
}
