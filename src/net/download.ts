import { readBody } from "./body.ts";
import { checkSource } from "./check_source.ts";
import { decodeBody } from "./content_coding.ts";
import { type Deadlines, DeadlineTimers } from "./deadlines.ts";
import { type Exchange, exchange } from "./exchange.ts";
import type { Grants } from "./grants.ts";
import { type Resolve, resolveBySystem, resolveTarget } from "./resolve.ts";
import { checkAnswer, redirectLocation } from "./response_head.ts";
import { hostIn, type SourceErrorFactory, sourceErrorFor } from "./source_error.ts";
import { checkTarget, type Target } from "./target.ts";

/** Options of {@linkcode createDownloader}. */
export interface DownloaderOptions {
  readonly grants: Grants;
  /** The largest body that is accepted, in bytes, as it is sent and as it is unpacked. */
  readonly maxBytes: number;
  /** The time for all of a download, redirects and body included, in milliseconds. */
  readonly totalMs: number;
  /** The time for each phase, in milliseconds: 5 s to resolve, 10 s to connect, 20 s for the headers, 20 s of silence. */
  readonly clocks?: Partial<Omit<Deadlines, "totalMs">>;
  /** The system's resolver by default. */
  readonly resolve?: Resolve;
  /** PEM of the certificate authorities to trust, in place of the well-known ones. */
  readonly ca?: string;
}

/** A running download. Disposing it, or reading its body to the end, closes the connection. */
export interface Download extends Disposable {
  /** The sender's Content-Type, recorded but not trusted. */
  readonly contentType: string | null;
  /** The URL after all redirects, without fragment. */
  readonly finalUrl: string;
  /** The bytes, readable once. Throws errors of the transfer. The sender is paused while it is not read. */
  readonly body: AsyncIterable<Uint8Array>;
}

/** A client for granted sources. */
export interface Downloader {
  /**
   * Checks everything that needs no network: syntax, scheme, userinfo, port, local names and addresses.
   *
   * @throws {AppError} `source_not_allowed`
   */
  checkSource(url: string): void;
  /**
   * Follows at most five redirects to a 200 and resolves with its headers; the body follows as it is read.
   *
   * @throws {AppError} `source_not_allowed`, `source_unreachable`, `source_timeout`, `source_error`,
   * `asset_too_large`; or the reason of the signal
   */
  download(url: string, options?: { signal?: AbortSignal }): Promise<Download>;
}

const MAX_REDIRECTS = 5;
const CLOCKS = { resolveMs: 5_000, connectMs: 10_000, headersMs: 20_000, idleMs: 20_000 };

/**
 * Creates the only client that connects to sources named by a caller.
 *
 * @example
 * ```ts
 * const downloader = createDownloader({ grants: parseGrants("*"), maxBytes: 100 * 1024 ** 2, totalMs: 60_000 });
 * using file = await downloader.download("https://cdn.example/a.png");
 * for await (const chunk of file.body) await sink.write(chunk);
 * ```
 */
export function createDownloader(options: DownloaderOptions): Downloader {
  const { grants, maxBytes, totalMs } = options;
  const clocks = { ...CLOCKS, ...options.clocks, totalMs };
  return {
    checkSource: (url) => checkSource(url, grants),
    async download(url, { signal } = {}) {
      const host = hostIn(url);
      const sourceError = sourceErrorFor(host);
      const first = checkTarget(url, { grants, sourceError });
      const watch = new DeadlineTimers(clocks, { sourceError, signal });
      try {
        const { target, found } = await follow(first, { host, watch, downloader: options });
        const { codings, ...facts } = checkAnswer(found.response, { maxBytes, sourceError });
        const packed = readBody(found, { watch, maxBytes, sourceError });
        return {
          ...facts,
          finalUrl: target.url.href,
          body: decodeBody(packed, { codings, maxBytes, sourceError }),
          [Symbol.dispose]: () => watch.stop(new DOMException("The download was disposed of", "AbortError")),
        };
      } catch (error) {
        watch.stop(error);
        throw watch.signal.reason;
      }
    },
  };
}

interface Hops {
  readonly host: string;
  readonly watch: DeadlineTimers;
  readonly downloader: DownloaderOptions;
}

/** Follows redirects, each checked like the first URL. */
async function follow(first: Target, { host, watch, downloader }: Hops): Promise<{ target: Target; found: Exchange }> {
  const { grants, ca, resolve = resolveBySystem } = downloader;
  let target = first;
  let sourceError: SourceErrorFactory = sourceErrorFor(host);
  for (let hop = 0; hop <= MAX_REDIRECTS; hop++) {
    const addresses = await resolveTarget(target, { resolve, watch, sourceError });
    const found = await exchange(target, { addresses, watch, sourceError, ca });
    const location = redirectLocation(found.response, sourceError);
    if (location === null) return { target, found };
    found.close();
    sourceError = sourceErrorFor(host, { redirected: true });
    target = checkTarget(location, { grants, sourceError, base: target.url });
  }
  throw sourceErrorFor(host)("source_error", `redirects more than ${MAX_REDIRECTS} times`);
}
