/**
 * Outbound connections; no other folder opens any.
 *
 * A {@linkcode Fetcher} fetches files from untrusted URLs in a separate process. There a
 * {@linkcode Downloader} reaches nothing that was not granted: it resolves a name once, checks every address, connects
 * to exactly those, and does the same at each redirect.
 *
 * @module
 */
export { isPublicAddress } from "./addresses.ts";
export { classifyError } from "./classify_error.ts";
export { type Deadlines, tooSlow } from "./deadlines.ts";
export { createDownloader, type Download, type Downloader, type DownloaderOptions } from "./download.ts";
export type { FetchedFile } from "./fetch_call.ts";
export { createFetchPool, type FetchPoolOptions } from "./fetch_pool.ts";
export { createFetcher, type Fetcher, type FetcherOptions } from "./fetcher.ts";
export { type Grants, parseGrants, type Verdict } from "./grants.ts";
export { redactUrl } from "./redact_url.ts";
export type { Resolve, ResolvedAddress } from "./resolve.ts";
export { checkAnswer, tooLarge } from "./response_head.ts";
export { sourceErrorFor } from "./source_error.ts";
export { checkTarget } from "./target.ts";
