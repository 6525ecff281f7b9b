import { rm } from "node:fs/promises";
import { Value } from "@sinclair/typebox/value";
import { AppError } from "../core/errors.ts";
import type { ProcessPool } from "../processes/mod.ts";
import { checkSource } from "./check_source.ts";
import type { DownloaderOptions } from "./download.ts";
import { FetchAnswer, type FetchedFile } from "./fetch_call.ts";
import { fetchFailures } from "./fetch_pool.ts";
import type { Grants } from "./grants.ts";

/** What a fetcher is made of: the rules of its downloads, and the process that makes them. */
export interface FetcherOptions extends Omit<DownloaderOptions, "resolve"> {
  readonly pool: ProcessPool;
  /** So long after the end of a download's own time its process must be hanging, and is killed; milliseconds (15 s). */
  readonly hangingMs?: number;
}

/**
 * Fetches files from places that are granted, in a process of its own: what strangers' servers say is parsed there, and
 * neither their bytes nor the hashing of them keep requests waiting.
 */
export interface Fetcher {
  /**
   * Refuses what can be refused without asking the network: syntax, scheme, userinfo, port, local names and addresses.
   *
   * @throws {AppError} `source_not_allowed`
   */
  checkSource(url: string): void;
  /**
   * Fetches a file into `path`, where nothing is yet: its bytes are complete and flushed to disk on return. Nothing is
   * left there after an error.
   *
   * @throws {AppError} `source_not_allowed`, `source_unreachable`, `source_timeout`, `source_error`,
   * `asset_too_large`; `unavailable` when the disk is full or the process ended; or the reason of the signal
   */
  fetch(url: string, path: string, options?: { signal?: AbortSignal | undefined }): Promise<FetchedFile>;
}

/**
 * Makes a fetcher.
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
      await using output = pool.workspace.output();
      const call = { ...limits, url, path: output.path, grants: grants.text };
      const answer = await pool.call("fetch", call, { signal, timeLimitMs: limits.totalMs + hangingMs });
      if (!Value.Check(FetchAnswer, answer) || !isGranted(answer.finalUrl, grants)) throw fetchFailures.failed();
      const { contentType, fileName, finalUrl } = answer;
      const stored = await output.take(path, { maxBytes: limits.maxBytes, signal }).catch((error) => {
        throw signal?.aborted || error instanceof AppError ? error : fetchFailures.failed();
      });
      if (stored.sizeBytes === answer.sizeBytes) return { ...stored, contentType, fileName, finalUrl };
      await rm(path, { force: true });
      throw fetchFailures.failed();
    },
  };
}

/** Whether a file may come from there at all; where a name leads is judged by the process alone. */
function isGranted(url: string, grants: Grants): boolean {
  try {
    checkSource(url, grants);
    return true;
  } catch {
    return false;
  }
}
