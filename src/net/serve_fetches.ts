import { writeTemporaryFile } from "../blobs/mod.ts";
import { defineHandler, serveCalls } from "../processes/mod.ts";
import { createDownloader } from "./download.ts";
import { type FetchAnswer, FetchCall } from "./fetch_call.ts";
import { parseGrants } from "./grants.ts";
import type { Resolve } from "./resolve.ts";

/**
 * Runs the fetch process: downloads each requested file by the limits of its call into a new file.
 *
 * @param options.resolve - the system's resolver by default
 */
export function serveFetches({ resolve }: { resolve?: Resolve } = {}): void {
  serveCalls({
    fetch: defineHandler(FetchCall, async ({ url, path, grants, ...limits }, { signal }): Promise<FetchAnswer> => {
      const settings = { ...limits, grants: parseGrants(grants), ...(resolve && { resolve }) };
      using file = await createDownloader(settings).download(url, { signal });
      const { contentType, finalUrl } = file;
      // Temporary: the server takes a copy, and hashes that.
      const sizeBytes = await writeTemporaryFile(path, file.body, { maxBytes: limits.maxBytes, signal });
      return { sizeBytes, contentType, finalUrl };
    }),
  });
}
