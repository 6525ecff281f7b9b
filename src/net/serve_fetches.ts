import { stageFile } from "../blobs/stage_file.ts";
import { defineHandler, serveCalls } from "../processes/serve.ts";
import { createDownloader } from "./download.ts";
import { FetchCall, type FetchedFile } from "./fetch_call.ts";
import { parseGrants } from "./grants.ts";
import type { Resolve } from "./resolve.ts";

/**
 * The whole of the fetch process: downloads what it is asked to, by the rules that come with each call, into a new file.
 *
 * @param options.resolve the system's resolver by default
 */
export function serveFetches({ resolve }: { resolve?: Resolve } = {}): void {
  serveCalls({
    fetch: defineHandler(FetchCall, async ({ url, path, grants, ...limits }, { signal }): Promise<FetchedFile> => {
      const settings = { ...limits, grants: parseGrants(grants), ...(resolve && { resolve }) };
      using file = await createDownloader(settings).download(url, { signal });
      const { contentType, fileName, finalUrl } = file;
      const stored = await stageFile(path, file.body, { maxBytes: limits.maxBytes, signal });
      return { ...stored, contentType, fileName, finalUrl };
    }),
  });
}
