import { existsSync } from "node:fs";
import { access, constants, mkdir, stat } from "node:fs/promises";
import { join } from "node:path";
import type { Server } from "bun";
import pino, { type Logger } from "pino";
import {
  createApiKeyQueries,
  createAuthorize,
  createKeyring,
  createLimits,
  createLink,
  createSigner,
  signingSecretsIn,
} from "./access/mod.ts";
import { type App, createApp } from "./app.ts";
import { logImports } from "./assets/mod.ts";
import { openBlobStore } from "./blobs/mod.ts";
import { allEvents, allProjections } from "./catalogue.ts";
import type { Config } from "./config.ts";
import { tryProcessLock } from "./database/mod.ts";
import { createCatalogue, databasePath, openStore } from "./event_log/mod.ts";
import { createHostGuard } from "./http/host_guard.ts";
import { createMetrics } from "./http/metrics.ts";
import { createServices } from "./services.ts";

/** A server that answers. */
export interface RunningServer {
  /** e.g. `http://127.0.0.1:8000` */
  readonly url: string;
  /** Every route, as the framework has it: `{ method: "GET", path: "/api/v3/assets/:id" }`. */
  readonly routes: readonly { readonly method: string; readonly path: string }[];
  /** Ends accepting, lets running requests finish for at most ten seconds, and leaves unfinished work resumable. */
  stop(): Promise<void>;
}

/** How long running requests may take to finish at a stop, in milliseconds. */
const GRACE_MS = 10_000;
const SWEEP_EVERY_MS = 3_600_000;

/** The JSON lines of a server; secrets and query strings never come here. */
export function createLogger(level: Config["logLevel"]): Logger {
  return pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime });
}

/**
 * Opens everything, starts the workers and listens.
 *
 * @throws {Error} one sentence: the directory is in use or cannot be written, the address is taken or not allowed
 */
export async function startServer(
  config: Config,
  logger: Logger = createLogger(config.logLevel),
): Promise<RunningServer> {
  if (!isLoopback(config.host) && !existsSync(databasePath(config.dataDir))) throw openToOthers(config);
  const stack = new AsyncDisposableStack();
  try {
    await assertUsable(config.dataDir);
    const lock = tryProcessLock(join(config.dataDir, "server.lock"));
    if (!lock) throw new Error(`Cannot start: another Reelog server uses ${config.dataDir}`);
    stack.use(lock);

    const store = await openStore({
      dataDir: config.dataDir,
      catalogue: createCatalogue(allEvents),
      projections: allProjections,
    });
    stack.defer(() => store.close());
    if (store.rebuilt.length > 0 && store.head() > 0) {
      logger.info({ projections: store.rebuilt }, "projections were built again, because their code has changed");
    }
    stack.defer(logImports(store.log, logger));
    const keys = createApiKeyQueries(store.read);
    const keyring = stack.use(createKeyring({ log: store.log, queries: keys }));
    if (keyring.isOpen && !isLoopback(config.host)) throw openToOthers(config);
    const blobs = stack.use(await openBlobStore(config.blobStorage, config.dataDir));
    const signer = createSigner(config.signingSecrets ?? (await signingSecretsIn(config.dataDir)));
    const link = createLink({ keyring, signer, publicUrl: config.publicUrl });
    const limits = createLimits(config);
    const services = createServices({ config, logger, store, blobs, link, isOpen: () => keyring.isOpen });
    stack.defer(() => services.close());
    await services.sweep();
    const sweeping = setInterval(() => {
      services.sweep().catch((err: unknown) => logger.error({ err }, "the orphan sweep failed"));
    }, SWEEP_EVERY_MS);
    stack.defer(() => clearInterval(sweeping));

    const metrics = createMetrics();
    for (const worker of services.workers) {
      const name = worker.name.replaceAll(" ", "_");
      metrics.gauge(`reelog_${name}_running`, `Pieces of work in hand of the ${worker.name}`, () => worker.running());
    }
    metrics.gauge("reelog_event_streams", "Streams of events that are open", () => services.openStreams());
    metrics.gauge("reelog_log_position", "Position of the last event", () => store.head());

    const guardOpen = createHostGuard({ publicUrl: config.publicUrl, allowedOrigins: config.allowedOrigins });
    let stopping = false;
    const app = createApp({
      logger,
      metrics,
      // A page cannot know a key, so with keys neither the host nor the origin of a request matters.
      guard(request, url) {
        if (keyring.isOpen) guardOpen(request, url);
      },
      authorize: createAuthorize({ keyring, limits, signer, ownerOf: services.ownerOf }),
      access: { queries: keys },
      publicUrl: config.publicUrl,
      allowedOrigins: config.allowedOrigins,
      checkReady() {
        if (stopping) throw new Error("The server stops");
        store.head();
      },
      ...services.routes,
    });
    for (const worker of services.workers) {
      worker.start();
      stack.defer(() => worker.stop());
    }

    const server = listen(app, config);
    const url = `http://${config.host.includes(":") ? `[${config.host}]` : config.host}:${server.port}`;
    const { dataDir } = config;
    if (keyring.isOpen)
      logger.info({ url, dataDir, mode: "open" }, "listening; no API key is issued, so loopback only");
    else logger.info({ url, dataDir, mode: "keys" }, "listening; every request needs an API key");
    keyring.openEnds.addEventListener("abort", () => {
      logger.info({ mode: "keys" }, "an API key is issued: from now on every request needs one");
    });

    let stopped: Promise<void> | undefined;
    async function stop(): Promise<void> {
      stopping = true;
      services.endStreams();
      const grace = Promise.withResolvers<void>();
      const timer = setTimeout(grace.resolve, GRACE_MS);
      await Promise.race([server?.stop(false), grace.promise]);
      clearTimeout(timer);
      await server?.stop(true);
      await stack.disposeAsync();
    }
    return { url, routes: app.routes, stop: () => (stopped ??= stop()) };
  } catch (error) {
    await stack.disposeAsync();
    throw error;
  }
}

function openToOthers({ host }: Config): Error {
  return new Error(
    `Cannot start: HOST is ${host}, but with no API key issued the server is open and listens on loopback only`,
  );
}

/** @throws {Error} one sentence that names the variable */
async function assertUsable(dataDir: string): Promise<void> {
  try {
    await mkdir(dataDir, { recursive: true, mode: 0o700 });
    await access(dataDir, constants.W_OK | constants.X_OK);
    if (!(await stat(dataDir)).isDirectory()) throw new Error("ENOTDIR");
  } catch {
    throw new Error(`Cannot start: DATA_DIR ${dataDir} is not a directory that can be made and written to`);
  }
}

function listen(app: App, { host, port }: Config): Server<unknown> {
  let server: Server<unknown> | null;
  try {
    ({ server } = app.listen({
      hostname: host,
      port,
      development: false,
      // The framework's default lets a second server take half of the requests of the first without a word.
      reusePort: false,
      // JSON bodies and uploads have caps of their own, met while they arrive.
      maxRequestBodySize: Number.MAX_SAFE_INTEGER,
    }));
  } catch {
    throw new Error(`Cannot start: PORT ${port} on HOST ${host} is in use or not permitted`);
  }
  if (!server) throw new Error("Cannot start: the server does not listen");
  return server;
}

function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || /^127(\.\d{1,3}){3}$/.test(host);
}
