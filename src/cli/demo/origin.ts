import { join } from "node:path";

/** A small server with real media, as a CDN would be. */
export interface Origin extends AsyncDisposable {
  /** e.g. `http://127.0.0.1:49152` */
  readonly url: string;
  /** e.g. `127.0.0.1:49152`, to be granted by name. */
  readonly host: string;
}

/** Serves a folder's files on a free port of the loopback address. */
export function startOrigin(folder: string = join(import.meta.dir, "media")): Origin {
  const server = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    development: false,
    async fetch(request) {
      const name = /^\/([a-z]+\.[a-z0-9]+)$/.exec(new URL(request.url).pathname)?.[1];
      const file = name === undefined ? null : Bun.file(join(folder, name));
      return file && (await file.exists()) ? new Response(file) : new Response("Not found", { status: 404 });
    },
  });
  const host = `127.0.0.1:${server.port}`;
  return { url: `http://${host}`, host, [Symbol.asyncDispose]: () => server.stop(true) };
}
