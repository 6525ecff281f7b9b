import { rm } from "node:fs/promises";
import { Value } from "@sinclair/typebox/value";
import { AppError } from "../core/errors.ts";
import type { ProcessPool } from "../processes/mod.ts";
import { checkSource } from "./check_source.ts";
import type { DownloaderOptions } from "./download.ts";
import { FetchAnswer, type FetchedFile } from "./fetch_call.ts";
import { fetchFailures } from "./fetch_pool.ts";
import type { Grants } from "./grants.ts";

/** Options of {@linkcode createFetcher}: the limits of downloads and their process. */
export interface FetcherOptions extends Omit<DownloaderOptions, "resolve"> {
  readonly pool: ProcessPool;
  /** The grace time after a download's own limit, before its process counts as hanging and is killed; milliseconds (15 s). */
  readonly hangingMs?: number;
}

/**
 * A client for granted sources in a separate process, where untrusted responses are parsed;
 * neither their bytes nor the hashing of them delay requests.
 */
export interface Fetcher {
  /**
   * Checks everything that needs no network: syntax, scheme, userinfo, port, local names and addresses.
   *
   * @throws {AppError} `source_not_allowed`
   */
  checkSource(url: string): void;
  /**
   * Fetches a file into `path`, which must be unused. The bytes are complete and flushed to disk on return. Nothing is
   * left there after an error.
   *
   * @throws {AppError} `source_not_allowed`, `source_unreachable`, `source_timeout`, `source_error`,
   * `asset_too_large`; `unavailable` when the disk is full or the process ended; or the reason of the signal
   */
  fetch(url: string, path: string, options?: { signal?: AbortSignal | undefined }): Promise<FetchedFile>;
}

/**
 * Creates a fetcher.
 *
 * @example
 * ```ts
 * const pool = createFetchPool({ concurrency: 8 });
 * const fetcher = createFetcher({ pool, grants: parseGrants("*"), maxBytes: 100 * 1024 ** 2, totalMs: 60_000 });
 * const { sha256, sizeBytes } = await fetcher.fetch("https://cdn.example/a.png", path);
 * await pool.close();
 * ```
 */
export function createFetcher({ pool, grants, hangingMs = 15_000, ...limits }: FetcherOptions): Fetcher {
  return {
    checkSource: (url) => checkSource(url, grants),
    async fetch(url, path, { signal } = {}) {
      using place = await pool.enter({ signal });
      await using output = place.workspace.output();
      const call = { ...limits, url, path: output.path, grants: grants.text };
      const answer = await place.call("fetch", call, { timeLimitMs: limits.totalMs + hangingMs });
      if (!Value.Check(FetchAnswer, answer) || !isGranted(answer.finalUrl, grants)) throw fetchFailures.failed();
      const { contentType, finalUrl } = answer;
      const stored = await output.take(path, { maxBytes: limits.maxBytes, signal }).catch((error) => {
        throw signal?.aborted || error instanceof AppError ? error : fetchFailures.failed();
      });
      if (stored.sizeBytes === answer.sizeBytes) return { ...stored, contentType, finalUrl };
      await rm(path, { force: true });
      throw fetchFailures.failed();
    },
  };
}

/** Checks a final URL against the grants. Only the process can check the addresses behind its name. */
function isGranted(url: string, grants: Grants): boolean {
  try {
    checkSource(url, grants);
    return true;
  } catch {
    return false;
  }
}
