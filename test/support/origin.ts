import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { join } from "node:path";
import { gzipSync } from "node:zlib";

/** A server of media on loopback that also misbehaves when it is asked to. */
export interface MediaOrigin extends AsyncDisposable {
  /** `http://127.0.0.1:<port>` */
  readonly url: string;
  /** The value of `ALLOWED_ASSET_DOMAINS` that grants the origin. */
  readonly grant: string;
  /** The paths that were asked for, in order. */
  readonly requests: string[];
  /** The number of running answers. */
  open(): number;
  /** Lets the answers at `/held/<name>/…` go; those that come later too. */
  release(name: string): void;
  /** Serves these bytes at a path. */
  put(path: string, bytes: Uint8Array): void;
}

const MEDIA = join(import.meta.dir, "../fixtures/media");
const BLOCK = new Uint8Array(65_536).fill(0x61);

/** The bytes of a file in test/fixtures/media. */
export async function fixture(file: string): Promise<Uint8Array<ArrayBuffer>> {
  return await Bun.file(join(MEDIA, file)).bytes();
}

/**
 * Starts an origin of test/fixtures/media. Paths:
 *
 * - `/<file>`: the file · `/as/<type>/<subtype>/<file>`: with that content type
 * - `/held/<name>/<file>`: nothing until {@linkcode MediaOrigin.release} · `/half/<name>/<file>`: the first half, the
 *   rest when released
 * - `/truncated/<file>`: half of what was promised · `/gzip/<file>` · `/status/<code>` · `/redirect/<path>` ·
 *   `/away?to=<url>` · `/endless` · `/silent` · `/hang_up`
 */
export async function startOrigin(): Promise<MediaOrigin> {
  const requests: string[] = [];
  const gates = new Map<string, PromiseWithResolvers<void>>();
  const own = new Map<string, Uint8Array>();
  let open = 0;

  function gate(name: string): PromiseWithResolvers<void> {
    const found = gates.get(name) ?? Promise.withResolvers<void>();
    gates.set(name, found);
    return found;
  }

  async function bytesAt(path: string): Promise<Uint8Array | null> {
    const put = own.get(path);
    if (put) return put;
    const file = Bun.file(join(MEDIA, path.slice(path.lastIndexOf("/") + 1)));
    return (await file.exists()) ? await file.bytes() : null;
  }

  async function send(response: ServerResponse, path: string, headers: Record<string, string> = {}): Promise<void> {
    const bytes = await bytesAt(path);
    if (!bytes) return void response.writeHead(404).end("nothing here");
    response.writeHead(200, { "content-length": bytes.byteLength, ...headers }).end(bytes);
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? "/", "http://origin");
    const [first = "", second = "", third = ""] = url.pathname.slice(1).split("/");
    switch (first) {
      case "held":
        await gate(second).promise;
        return await send(response, url.pathname);
      case "half": {
        const bytes = (await bytesAt(url.pathname)) ?? BLOCK;
        response.writeHead(200, { "content-length": bytes.byteLength });
        response.write(bytes.subarray(0, bytes.byteLength / 2));
        await gate(second).promise;
        return void response.end(bytes.subarray(bytes.byteLength / 2));
      }
      case "as":
        return await send(response, url.pathname, { "content-type": `${second}/${third}` });
      case "truncated": {
        const bytes = (await bytesAt(url.pathname)) ?? BLOCK;
        response.writeHead(200, { "content-length": bytes.byteLength });
        return void response.write(bytes.subarray(0, bytes.byteLength / 2), () => response.destroy());
      }
      case "gzip": {
        const packed = gzipSync((await bytesAt(url.pathname)) ?? BLOCK);
        return void response.writeHead(200, { "content-encoding": "gzip" }).end(packed);
      }
      case "status":
        return void response.writeHead(Number(second), { "content-type": "text/html" }).end("<h1>secret page</h1>");
      case "redirect":
        return void response.writeHead(302, { location: url.pathname.slice("/redirect".length) }).end();
      case "away":
        return void response.writeHead(302, { location: url.searchParams.get("to") ?? "/" }).end();
      case "endless": {
        const closed = once(response, "close");
        response.writeHead(200, { "content-type": "image/png" });
        while (!response.destroyed) {
          if (!response.write(BLOCK)) await Promise.race([once(response, "drain"), closed]);
        }
        return;
      }
      case "silent":
        return;
      case "hang_up":
        return void response.destroy();
      default:
        return await send(response, url.pathname);
    }
  }

  const server = createServer((request, response) => {
    requests.push(request.url ?? "");
    open++;
    response.on("close", () => open--);
    response.on("error", () => {});
    answer(request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  const grant = `127.0.0.1:${address.port}`;
  return {
    url: `http://${grant}`,
    grant,
    requests,
    open: () => open,
    release: (name) => gate(name).resolve(),
    put: (path, bytes) => void own.set(path, bytes),
    async [Symbol.asyncDispose]() {
      for (const { resolve } of gates.values()) resolve();
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
