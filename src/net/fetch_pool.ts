import { delimiter } from "node:path";
import { AppError } from "../core/errors.ts";
import { LostWork } from "../core/shortage.ts";
import { createProcessPool, type ProcessFailures, type ProcessPool } from "../processes/mod.ts";

/** How the process of a fetcher is run. */
export interface FetchPoolOptions {
  /** How many downloads may be under way; further ones wait. */
  readonly concurrency: number;
  /** The program: a module that calls `serveFetches`. */
  readonly script?: URL;
  /** Where files arrive; it belongs on the file system of the blobs (a temporary directory). */
  readonly directory?: string;
  /** What an operator should know: a process that ended by itself, or did not start. */
  readonly onLog?: (message: string, details: Record<string, unknown>) => void;
}

const MIB = 1024 ** 2;
/** Measured: 60 MiB before it does anything, 160 MiB with eight large files at once. Several times that is a fault. */
const memoryLimitBytes = (concurrency: number) => (512 + 32 * concurrency) * MIB;
/** Where an operator names certificate authorities of his own. */
const CERTIFICATES = ["NODE_EXTRA_CA_CERTS", "SSL_CERT_FILE", "SSL_CERT_DIR"];
/** For calls that do not say how long they take. */
const TIME_LIMIT_MS = 3_600_000;

const unavailable = (why: string) => new AppError("unavailable", `Cannot fetch the file: ${why}`);
const lost = (why: string) => new LostWork(`Cannot fetch the file: ${why}`);

/** None of it is sure to be the fault of the source, so an import is tried again. */
export const fetchFailures: ProcessFailures = {
  codes: [
    "source_not_allowed",
    "source_unreachable",
    "source_timeout",
    "source_error",
    "asset_too_large",
    "unavailable",
  ],
  overCpu: () => lost("the fetch process used up its processor time"),
  ended: () => lost("the fetch process ended"),
  failed: () => lost("the fetch process failed"),
  unavailable,
};

/**
 * Makes the one process that all downloads of a server share, because an empty one costs more than a download. It is
 * started by the first call, and ended when there was none for a minute.
 */
export function createFetchPool({ concurrency, script, directory, onLog }: FetchPoolOptions): ProcessPool {
  return createProcessPool({
    name: "fetch process",
    failures: fetchFailures,
    directory,
    script: script ?? new URL("./fetch_process.ts", import.meta.url),
    processes: 1,
    callsAtOnce: concurrency,
    // What it has written of a file stays there when it ends, so the next try is its caller's.
    tries: 1,
    timeLimitMs: TIME_LIMIT_MS,
    memoryLimitBytes: memoryLimitBytes(concurrency),
    environment: CERTIFICATES,
    network: true,
    files: CERTIFICATES.flatMap((name) => process.env[name]?.split(delimiter) ?? []),
    ...(onLog && { onLog }),
  });
}
