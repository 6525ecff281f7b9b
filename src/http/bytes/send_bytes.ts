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
 * A function that responds with stored bytes.
 *
 * @param what the name of the bytes among all of an owner, e.g. `jobs/1/video`; the key of their cached description
 * @param describe returns their description; throws when there are none. `inline` is true when a browser may show them
 */
export type SendBytes = (context: BytesContext, what: string, describe: () => ServedBytes) => Promise<Response>;

/** Creates the responder of the routes of stored bytes. */
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
