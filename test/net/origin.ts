import { readFileSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer as createTlsServer } from "node:https";
import { createServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AppError } from "../../src/core/errors.ts";
import {
  createDownloader,
  createFetcher,
  createFetchPool,
  type DownloaderOptions,
  parseGrants,
} from "../../src/net/mod.ts";
import type { ProcessPool } from "../../src/processes/mod.ts";

/** A server that says byte for byte what a test wants it to say. */
export interface Origin extends AsyncDisposable {
  readonly port: number;
  /** The number of connections so far. */
  readonly connections: () => number;
  /** The number of open connections. */
  readonly open: () => number;
  /** The bytes that the clients have sent. */
  readonly requests: string[];
}

/** Starts a raw server on loopback; `speak` is called when a request's headers, or a TLS greeting, are there. */
export async function rawOrigin(speak: (socket: Socket, path: string) => void): Promise<Origin> {
  const sockets = new Set<Socket>();
  const requests: string[] = [];
  let connections = 0;
  const server = createServer((socket) => {
    connections += 1;
    sockets.add(socket);
    let head = "";
    socket.on("error", () => {});
    socket.on("close", () => sockets.delete(socket));
    socket.on("data", (bytes) => {
      const before = isRequest(head);
      head += bytes.toString("latin1");
      if (before || !isRequest(head)) return;
      requests.push(head);
      speak(socket, head.split(" ")[1] ?? "");
    });
  });
  await listen(server);
  return {
    port: portOf(server),
    connections: () => connections,
    open: () => sockets.size,
    requests,
    [Symbol.asyncDispose]: () => {
      for (const socket of sockets) socket.destroy();
      return close(server);
    },
  };
}

/** Starts a raw server that says one thing and, unless told otherwise, ends the connection. */
export function scriptedOrigin(answer: string | Uint8Array, { end = true } = {}): Promise<Origin> {
  return rawOrigin((socket) => {
    socket.write(answer);
    if (end) socket.end();
  });
}

/** Answers 200 with a body that never ends, as fast as it is read; `count` is told how much was sent. */
export function endless(socket: Socket, count: (bytes: number) => void = () => {}): void {
  const block = new Uint8Array(65_536);
  const pump = () => {
    while (!socket.destroyed) {
      count(block.byteLength);
      if (!socket.write(block)) return;
    }
  };
  socket.on("drain", pump);
  socket.write("HTTP/1.1 200 OK\r\n\r\n");
  pump();
}

const certificate = (name: string) => readFileSync(new URL(`./certificates/${name}.pem`, import.meta.url), "utf8");

/** A certificate for `origin.example` and 127.0.0.1 that is its own authority, valid until 2126. */
export const selfSigned = certificate("self_signed");
/** The same for `origin.example`, expired. */
export const expired = certificate("expired");

/** Starts an HTTPS server on loopback that answers 200 with the server name it was asked for. */
export async function tlsOrigin(cert: string): Promise<AsyncDisposable & { readonly port: number }> {
  const server = createTlsServer({ key: certificate("key"), cert }, (request, response) => {
    const { socket } = request;
    response.end(`name: ${("servername" in socket && socket.servername) || "none"}`);
  });
  server.on("tlsClientError", () => {});
  await listen(server);
  return {
    port: portOf(server),
    [Symbol.asyncDispose]: () => {
      server.closeAllConnections();
      return close(server);
    },
  };
}

/** A downloader that resolves every name to loopback, and whose clocks are long unless told otherwise. */
export function testDownloader(grants: string, options: Partial<DownloaderOptions> = {}) {
  return createDownloader({
    grants: parseGrants(grants),
    maxBytes: 1024 ** 2,
    totalMs: 20_000,
    resolve: async () => [{ address: "127.0.0.1", family: 4 }],
    ...options,
  });
}

/** The result of a download. */
export interface Fetched {
  readonly text: string;
  readonly bytes: number;
  readonly finalUrl: string;
  readonly contentType: string | null;
}

/** Options of a download. The default grant is for the host of the URL. */
export type FetchOptions = { grants?: string; signal?: AbortSignal } & Partial<Omit<DownloaderOptions, "grants">>;

/** A fetch process that resolves every name to loopback. */
export function loopbackPool(): ProcessPool {
  return createFetchPool({ concurrency: 8, script: new URL("./loopback_process.ts", import.meta.url) });
}

/** For all tests, because its rules come with each call; it ends when it has been idle for a minute. */
const shared = loopbackPool();

/**
 * Downloads all of a URL as the server does it: by the fetch process. Only a resolver of the test's own cannot go there;
 * with one, the download is made here.
 */
export function fetchAll(url: string, options: FetchOptions = {}): Promise<Fetched> {
  return options.resolve ? fetchHere(url, options) : fetchApart(url, options);
}

/** Downloads by a fetch process. */
export async function fetchApart(url: string, options: FetchOptions = {}, pool = shared): Promise<Fetched> {
  const { grants = new URL(url).host, signal, resolve: _resolve, ...rest } = options;
  const limits = { maxBytes: 1024 ** 2, totalMs: 20_000, ...rest };
  const folder = await mkdtemp(join(tmpdir(), "reelog-fetch-"));
  try {
    const path = join(folder, "file");
    const fetched = await createFetcher({ pool, grants: parseGrants(grants), ...limits }).fetch(url, path, { signal });
    const { sizeBytes: bytes, finalUrl, contentType } = fetched;
    return { text: await readFile(path, "latin1"), bytes, finalUrl, contentType };
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Downloads in this process. */
export async function fetchHere(url: string, options: FetchOptions = {}): Promise<Fetched> {
  const { grants = new URL(url).host, signal, ...rest } = options;
  using file = await testDownloader(grants, rest).download(url, signal ? { signal } : {});
  const chunks: Uint8Array[] = [];
  for await (const chunk of file.body) chunks.push(chunk);
  const all = Buffer.concat(chunks);
  const { finalUrl, contentType } = file;
  return { text: all.toString("latin1"), bytes: all.byteLength, finalUrl, contentType };
}

/** Returns the error of a call: `code: sentence`, or the error itself where it is not meant for users. */
export async function failure(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise;
  } catch (error) {
    return error instanceof AppError ? `${error.code}: ${error.message}` : error;
  }
  return "no failure";
}

export { until } from "../support/until.ts";

function isRequest(head: string): boolean {
  return head.includes("\r\n\r\n") || head.startsWith("\x16");
}

function listen(server: Server): Promise<void> {
  return new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
  });
}

function portOf(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
}
