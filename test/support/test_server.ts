import { Database } from "bun:sqlite";
import { mkdtempSync, rmSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Config, loadConfig } from "../../src/config.ts";
import { createPools, type Pools } from "../../src/server/engines.ts";
import { type RunningServer, startServer } from "../../src/server/server.ts";
import { type Answer, readAnswer } from "./answer.ts";

/** The body of a request: a value as JSON, or a string, form, blob or stream as it is. */
export type Sent = unknown;

/** A call of the API below `/api/v3`, with its envelope checked. */
export type Api = (method: string, path: string, body?: Sent, headers?: Record<string, string>) => Promise<Answer>;

/** A whole server in this process, over real files and sockets. */
export interface TestServer extends AsyncDisposable {
  /** e.g. `http://127.0.0.1:40123` */
  readonly url: string;
  readonly config: Config;
  readonly routes: RunningServer["routes"];
  readonly api: Api;
  /** `fetch` of a path from the root, for what has no envelope. */
  get(path: string, init?: RequestInit): Promise<Response>;
  /** The types of the events after a position, in order. */
  eventTypes(after?: number): string[];
  /** Stops the server; its data stays until the test server is disposed of. */
  stop(): Promise<void>;
}

/** The processes of all servers in this process: to start them for each server would take longer than most tests. */
let sharedPools: Pools | undefined;

function poolsOfTests(): Pools {
  if (sharedPools) return sharedPools;
  const directory = mkdtempSync(join(tmpdir(), "reelog-pools-"));
  process.once("exit", () => rmSync(directory, { recursive: true, force: true }));
  sharedPools = createPools({
    directory,
    concurrency: 64,
    onLog: (message, details) => console.warn(message, details),
  });
  return sharedPools;
}

/** Options of {@linkcode startTestServer}. */
export interface TestServerOptions {
  /** True for a test of how its processes are shared or stopped. Default: those of all test servers. */
  readonly hasOwnProcesses?: boolean;
}

/**
 * Starts a server on a free port. Its data directory is temporary unless `env.DATA_DIR` names one.
 *
 * @param env settings, as in the environment: `{ MAX_ASSET_DOWNLOAD_SIZE_MB: "1" }`
 *
 * @example
 * ```ts
 * await using origin = await startOrigin();
 * await using server = await startTestServer({ ALLOWED_ASSET_DOMAINS: origin.grant });
 * const { status } = await server.api("GET", "/assets");
 * ```
 */
export async function startTestServer(
  env: Record<string, string> = {},
  { hasOwnProcesses = false }: TestServerOptions = {},
): Promise<TestServer> {
  const ownDir = env.DATA_DIR === undefined ? await temporaryDirectory() : null;
  const config = loadConfig({ PORT: "0", LOG_LEVEL: "silent", DATA_DIR: ownDir ?? "", ...env });
  const server = await startServer(config, hasOwnProcesses ? {} : { pools: poolsOfTests() });
  const get = (path: string, init?: RequestInit) => fetch(`${server.url}${path}`, init);
  return {
    url: server.url,
    config,
    routes: server.routes,
    api: apiAt(server.url),
    get,
    eventTypes: (after = 0) => eventsIn(config.dataDir, after).map(({ type }) => type),
    stop: () => server.stop(),
    async [Symbol.asyncDispose]() {
      await server.stop();
      if (ownDir !== null) await rm(ownDir, { recursive: true, force: true });
    },
  };
}

/** The API of a server that runs anywhere. */
export function apiAt(url: string): Api {
  return async (method, path, body, headers = {}) => {
    const isStreamed = body instanceof FormData || body instanceof Blob || body instanceof ReadableStream;
    const asItIs = body === undefined || isStreamed || typeof body === "string";
    const response = await fetch(`${url}/api/v3${path}`, {
      method,
      headers: asItIs ? headers : { "content-type": "application/json", ...headers },
      ...(body === undefined ? {} : { body: asItIs ? body : JSON.stringify(body) }),
    });
    return await readAnswer(response);
  };
}

/** Reads the events of a data directory after a position, beside a running server. */
export function eventsIn(
  dataDir: string,
  after = 0,
): { position: number; stream: string; type: string; data: string }[] {
  using db = new Database(join(dataDir, "reelog.db"), { readonly: true, strict: true });
  // The first to open the database after a crash keeps it locked while it recovers.
  db.run("PRAGMA busy_timeout = 5000");
  return db
    .query<{ position: number; stream: string; type: string; data: string }, [number]>(
      "SELECT position, stream, type, data FROM events WHERE position > ? ORDER BY position",
    )
    .all(after);
}

/** A new empty directory. */
export async function temporaryDirectory(): Promise<string> {
  return await mkdtemp(join(tmpdir(), "reelog-test-"));
}

/** Every file below a directory, with its path from there. */
export function filesIn(directory: string): string[] {
  return [...new Bun.Glob("**/*").scanSync({ cwd: directory, onlyFiles: true, dot: true })].sort();
}

export { until } from "./until.ts";
