import { existsSync } from "node:fs";
import type { Logger } from "pino";
import {
  createApiKeyQueries,
  createAuthorize,
  createKeyring,
  createLimits,
  createLink,
  createSigner,
  type Keyring,
  signingSecretsIn,
} from "../access/mod.ts";
import { logImports } from "../assets/mod.ts";
import { openBlobStore } from "../blobs/mod.ts";
import type { Config } from "../config.ts";
import { createCatalogue, databasePath, openStore, type Store } from "../event_log/mod.ts";
import { createHostGuard, createMetrics, type Metrics } from "../http/mod.ts";
import { createLogger, type DroppedLines } from "../logger.ts";
import { type SandboxLevel, sandboxLevel } from "../processes/mod.ts";
import { createRetention, indexContents } from "../retention/mod.ts";
import { createApp } from "./app.ts";
import { claimDataDir } from "./data_dir.ts";
import type { Pools } from "./engines.ts";
import { isLoopback, listen } from "./listen.ts";
import { allEvents, allProjections, retentionRules } from "./registry.ts";
import { createServices, type Services } from "./services.ts";

/** A running server. */
export interface RunningServer {
  /** The URL, e.g. `http://127.0.0.1:8000`. */
  readonly url: string;
  /** True while no API key is issued. */
  readonly isOpen: boolean;
  /** Every route in the framework's format: `{ method: "GET", path: "/api/v3/assets/:id" }`. */
  readonly routes: readonly { readonly method: string; readonly path: string }[];
  /**
   * Stops accepting connections, lets running requests finish for at most ten seconds, and leaves unfinished work
   * resumable.
   */
  stop(): Promise<void>;
}

/** The parts of a server that a caller may provide. */
export interface ServerOptions {
  readonly logger?: Logger & Partial<DroppedLines>;
  /** Processes that the caller stops, e.g. those of several servers. */
  readonly pools?: Pools;
}

/**
 * Opens everything, starts the workers and listens.
 *
 * @throws {Error} one sentence: the directory is in use or cannot be written, the address is taken or not allowed
 */
export async function startServer(
  config: Config,
  { logger = createLogger(config.logLevel), pools }: ServerOptions = {},
): Promise<RunningServer> {
  if (!isLoopback(config.host) && !existsSync(databasePath(config.dataDir))) throw openToOthers(config);
  const stack = new AsyncDisposableStack();
  try {
    stack.use(await claimDataDir(config.dataDir));
    const store = await openLog(config, logger);
    stack.defer(() => store.close());
    stack.defer(logImports(store.log, logger));

    const keys = createApiKeyQueries(store.read);
    const keyring = stack.use(createKeyring({ log: store.log, queries: keys }));
    if (keyring.isOpen && !isLoopback(config.host)) throw openToOthers(config);
    const signer = createSigner(config.signingSecrets ?? (await signingSecretsIn(config.dataDir)));

    const { useOf } = stack.use(createRetention(store.db, retentionRules));
    const blobs = stack.use(await openBlobStore(config.blobStorage, config.dataDir, { useOf }));
    const link = createLink({ keyring, signer, publicUrl: config.publicUrl });
    const { path: scratch } = stack.use(await blobs.scratch());
    const isOpen = () => keyring.isOpen;
    const services = createServices({ config, logger, store, blobs, scratch, link, isOpen, pools });
    stack.defer(() => services.close());
    await services.upkeep.sweep();
    stack.use(services.upkeep.start());

    const guardOpen = createHostGuard(config);
    let stopping = false;
    const app = createApp({
      logger,
      metrics: metricsOf(services, store, logger),
      // Foreign pages have no key, so with keys neither the host nor the origin of a request matters.
      guard(request, url) {
        if (keyring.isOpen) guardOpen(request, url);
      },
      authorize: createAuthorize({ keyring, limits: createLimits(config), signer, ownerOf: services.ownerOf }),
      access: { queries: keys },
      publicUrl: config.publicUrl,
      trustedProxies: config.trustedProxies,
      allowedOrigins: config.allowedOrigins,
      checkReady() {
        if (stopping) throw new Error("The server stops");
        store.head();
        if (store.reserve.isLow()) throw new Error("The disk is full");
      },
      ...services.routes,
    });
    logSandbox(logger);
    for (const worker of services.workers) {
      worker.start();
      stack.defer(() => worker.stop());
    }
    const listening = listen(app, { ...config, logger });
    logAccessMode(keyring, { logger, url: listening.url, dataDir: config.dataDir });

    let stopped: Promise<void> | undefined;
    async function stop(): Promise<void> {
      stopping = true;
      logger.info("stopping after running requests are answered");
      services.endStreams();
      await listening.stop();
      await stack.disposeAsync();
      logger.info("stopped");
    }
    return {
      url: listening.url,
      get isOpen() {
        return keyring.isOpen;
      },
      routes: app.routes,
      stop: () => (stopped ??= stop()),
    };
  } catch (error) {
    await stack.disposeAsync();
    throw error;
  }
}

function openToOthers({ host }: Config): Error {
  return new Error(
    `Cannot start: HOST is ${host}, but with no API key issued the server is open and listens on loopback only; issue a key first: bun run keys create --owner NAME`,
  );
}

const MENDED =
  "the schema of the event log was not as it must be and was made again; run 'bun run reelog verify' to see whether events were changed meanwhile";

async function openLog({ dataDir }: Config, logger: Logger): Promise<Store> {
  const store = await openStore({
    dataDir,
    catalogue: createCatalogue(allEvents),
    projections: allProjections,
    prepare: (db) => indexContents(db, allEvents),
    onMend(faults) {
      const parts = faults.map(({ what }) => what);
      if (faults.some(({ isSerious }) => isSerious)) logger.warn({ parts }, MENDED);
      else logger.info({ parts }, "indexes of the event log were made");
    },
  });
  if (store.rebuilt.length > 0 && store.head() > 0) {
    logger.info({ projections: store.rebuilt }, "projections were built again, because their code has changed");
  }
  return store;
}

function metricsOf(services: Services, store: Store, { droppedLines = () => 0 }: Partial<DroppedLines>): Metrics {
  const metrics = createMetrics();
  for (const worker of services.workers) {
    const name = worker.name.replaceAll(" ", "_");
    metrics.gauge(`reelog_${name}_running`, `Pieces of work in hand of the ${worker.name}`, () => worker.running());
    metrics.gauge(
      `reelog_${name}_resting`,
      `Pieces of work of the ${worker.name} that failed and are tried again`,
      () => worker.resting(),
    );
  }
  metrics.gauge("reelog_event_streams", "Streams of events that are open", () => services.openStreams());
  metrics.gauge("reelog_log_lines_dropped", "Log lines that the standard output did not take", droppedLines);
  metrics.gauge("reelog_log_position", "Position of the last event", () => store.head());
  return metrics;
}

const SANDBOX = {
  files: "decoders and downloads are confined: no files but their own, no other program, and no network for decoders",
  calls: "decoders and downloads are confined in part: they could read and write this server's files",
  none: "decoders and downloads are not confined on this system: they have all of this server's rights",
} as const satisfies Record<SandboxLevel, string>;

function logSandbox(logger: Logger): void {
  const sandbox = sandboxLevel();
  if (sandbox === "files") logger.info({ sandbox }, SANDBOX.files);
  else logger.warn({ sandbox }, SANDBOX[sandbox]);
  if (process.getuid?.() === 0)
    logger.warn("this server runs as root, which it does not need: run it as a user of its own");
}

function logAccessMode(
  { isOpen, openEnds }: Keyring,
  { logger, ...where }: { readonly logger: Logger; readonly url: string; readonly dataDir: string },
): void {
  if (isOpen) logger.info({ ...where, mode: "open" }, "listening on loopback only, because no API key is issued");
  else logger.info({ ...where, mode: "keys" }, "listening; every request needs an API key");
  openEnds.addEventListener("abort", () => {
    logger.info({ mode: "keys" }, "an API key was issued: every request needs one from now on");
  });
}
