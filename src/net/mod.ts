/**
 * The one place that opens outbound connections.
 *
 * A {@linkcode Downloader} fetches files from URLs that strangers name, and reaches nothing that was not granted: it
 * resolves a name once, checks every address, connects to exactly those, and does the same at each redirect.
 *
 * @module
 */
export { isPublicAddress } from "./addresses.ts";
export type { SentFacts } from "./answer.ts";
export { createDownloader, type Download, type Downloader, type DownloaderOptions } from "./download.ts";
export { type Grants, parseGrants, type Verdict } from "./grants.ts";
export { redactUrl } from "./redact_url.ts";
export type { Resolve, ResolvedAddress } from "./resolve.ts";
export type { Clocks } from "./watch.ts";
