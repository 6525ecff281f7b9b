import type { Static } from "@sinclair/typebox";
import type { BlobStore } from "../../blobs/mod.ts";
import type { Identity } from "../../core/identity.ts";
import type { ResponseCache } from "../response/response_cache.ts";
import { type AnswerSet, takeHeaders } from "../response/response_headers.ts";
import type { BytesQuery } from "./bytes_query.ts";
import { representationOf, type ServedBytes, serveBytes } from "./serve_bytes.ts";

/** The context of a handler of stored bytes. */
export interface BytesContext {
  readonly request: Request;
  readonly identity: Identity;
  readonly query: Static<typeof BytesQuery>;
  readonly set: AnswerSet;
  readonly bytesCacheControl: string;
}

/**
 * Answers with stored bytes.
 *
 * @param what names them among all that an owner has, e.g. `jobs/1/video`: their description is kept under it
 * @param describe finds them; it throws when there are none. `inline` is whether a browser may show them at all
 */
export type SendBytes = (context: BytesContext, what: string, describe: () => ServedBytes) => Promise<Response>;

/** Makes what the routes of stored bytes answer with. */
export function createSendBytes({
  responseCache,
  blobs,
}: {
  readonly responseCache: ResponseCache;
  readonly blobs: BlobStore;
}): SendBytes {
  return ({ request, identity, query, set, bytesCacheControl: cacheControl }, what, describe) => {
    const isShown = query.download !== "1";
    const bytes = responseCache.bytes(identity.owner, `${what} ${isShown}`, () => {
      const served = describe();
      return representationOf({ ...served, inline: served.inline && isShown });
    });
    return serveBytes(request, bytes, { blobs, cacheControl, headers: takeHeaders(set) });
  };
}
