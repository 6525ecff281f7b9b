import { delimiter } from "node:path";
import { AppError } from "../core/errors.ts";
import { LostWork } from "../core/shortage.ts";
import { createProcessPool, type ProcessFailures, type ProcessPool, type SandboxLevel } from "../processes/mod.ts";

/** Options of {@linkcode createFetchPool}. */
export interface FetchPoolOptions {
  /** The number of downloads at a time; further ones wait. */
  readonly concurrency: number;
  /** The program: a module that calls `serveFetches`. */
  readonly script?: URL;
  /** The directory of received files, on the file system of the blobs. Default: a temporary directory. */
  readonly directory?: string;
  /** The level of confinement; by default the strongest one that works on this machine. */
  readonly sandbox?: SandboxLevel;
  /** Receives messages for the operator: a process that ended unexpectedly, or did not start. */
  readonly onLog?: (message: string, details: Record<string, unknown>) => void;
}

const MIB = 1024 ** 2;
/** Measured: 60 MiB before it does anything, 160 MiB with eight large files at once. Several times that is a fault. */
const memoryLimitBytes = (concurrency: number) => (512 + 32 * concurrency) * MIB;
/** Variables in which an operator sets certificate authorities. */
const CERTIFICATES = ["NODE_EXTRA_CA_CERTS", "SSL_CERT_FILE", "SSL_CERT_DIR"];
/** The limit of calls without one. */
const TIME_LIMIT_MS = 3_600_000;

const unavailable = (why: string) => new AppError("unavailable", `Cannot fetch the file: ${why}`);
const lost = (why: string) => new LostWork(`Cannot fetch the file: ${why}`);

/** Failures of the process. None is certainly the fault of the source, so the import is retried. */
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
 * Creates the one process that all downloads of a server share, because an idle one costs more than a download. It is
 * started by the first call, and stopped after a minute without calls.
 */
export function createFetchPool({ concurrency, script, directory, sandbox, onLog }: FetchPoolOptions): ProcessPool {
  return createProcessPool({
    name: "fetch process",
    failures: fetchFailures,
    directory,
    sandbox,
    script: script ?? new URL("./fetch_process.ts", import.meta.url),
    processes: 1,
    callsAtOnce: concurrency,
    // A partial file stays when the process ends, so its caller retries.
    tries: 1,
    timeLimitMs: TIME_LIMIT_MS,
    memoryLimitBytes: memoryLimitBytes(concurrency),
    environment: CERTIFICATES,
    network: true,
    files: CERTIFICATES.flatMap((name) => process.env[name]?.split(delimiter) ?? []),
    ...(onLog && { onLog }),
  });
}
