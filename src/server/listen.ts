import type { Server } from "bun";
import type { Logger } from "pino";
import type { Config } from "../config.ts";
import { AppError } from "../core/errors.ts";
import { errorCode, shortageOf } from "../core/shortage.ts";
import { errorEnvelope, headersOf, SECURITY_HEADERS } from "../http/mod.ts";
import type { App } from "./app.ts";

/** A listening app. */
export interface Listening {
  /** The URL, e.g. `http://127.0.0.1:8000`. */
  readonly url: string;
  /** Stops accepting connections, lets running requests finish for at most ten seconds, and cuts off the rest. */
  stop(): Promise<void>;
}

/** The time that running requests get to finish at a stop, in milliseconds. */
const GRACE_MS = 10_000;

/** Returns true for a loopback host. */
export function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || /^127(\.\d{1,3}){3}$/.test(host);
}

/** The address to listen on, and the log of errors that the app cannot see. */
export interface ListenOptions extends Pick<Config, "host" | "port"> {
  readonly logger: Logger;
}

/**
 * Starts to serve an app.
 *
 * @throws {Error} one sentence: the address is taken or not permitted
 */
export function listen(app: App, options: ListenOptions): Listening {
  const { host } = options;
  const server = bind(app, options);
  return {
    url: `http://${host.includes(":") ? `[${host}]` : host}:${server.port}`,
    async stop() {
      const grace = Promise.withResolvers<void>();
      const timer = setTimeout(grace.resolve, GRACE_MS);
      await Promise.race([server.stop(false), grace.promise]);
      clearTimeout(timer);
      await server.stop(true);
    },
  };
}

/** Returns the reason for which an address cannot be used, and the way out. */
function bindFault(error: unknown, { host, port }: Pick<Config, "host" | "port">): string {
  const code = errorCode(error);
  const where = `PORT ${port} on HOST ${host}`;
  if (code === "EADDRINUSE") {
    return `${where} is in use; stop what uses it, or choose another: PORT=${port < 65_000 ? port + 100 : 8000}`;
  }
  if (code === "EACCES") return `${where} is not permitted; choose a port above 1023: PORT=8000`;
  if (code === "EADDRNOTAVAIL") return `HOST ${host} is not an address of this machine; use one of its own, or 0.0.0.0`;
  return `cannot listen at ${where}: ${error instanceof Error ? error.message : String(error)}`;
}

function bind(app: App, { host, port, logger }: ListenOptions): Server<unknown> {
  let server: Server<unknown> | null;
  const kept = process.listeners("beforeExit");
  try {
    ({ server } = app.listen({
      hostname: host,
      port,
      development: false,
      // The framework's default lets a second server silently take half of the requests of the first.
      reusePort: false,
      // JSON bodies and uploads have their own limits, enforced while they arrive.
      maxRequestBodySize: Number.MAX_SAFE_INTEGER,
      error: (error) => lateResponse(error, logger),
    }));
  } catch (error) {
    throw new Error(`Cannot start: ${bindFault(error, { host, port })}`);
  } finally {
    // The framework's exit listener would keep a stopped app in memory until the process ends.
    for (const own of process.listeners("beforeExit")) if (!kept.includes(own)) process.off("beforeExit", own);
  }
  if (!server) throw new Error("Cannot start: the server does not listen");
  return server;
}

/**
 * Returns the response for an error after the handler, which the runtime would answer in its own words: it opens the
 * file of a body only then.
 */
function lateResponse(error: Error, logger: Logger): Response {
  const requestId = Bun.randomUUIDv7();
  logger.error({ requestId, err: error }, "a response could not be sent");
  const answer =
    errorCode(error) === undefined
      ? new AppError("internal", "Cannot answer: something went wrong here")
      : new AppError("unavailable", `Cannot send the data: ${shortageOf(error) ?? "its file cannot be opened now"}`);
  const headers = { ...SECURITY_HEADERS, ...headersOf(answer), "x-request-id": requestId };
  return Response.json(errorEnvelope(answer, requestId), { status: answer.status, headers });
}
