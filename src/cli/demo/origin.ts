import { readdirSync } from "node:fs";
import { join } from "node:path";

/** A small HTTP server with media files. */
export interface Origin extends AsyncDisposable {
  /** The URL, e.g. `http://127.0.0.1:8001`. */
  readonly url: string;
  /** The host for `ALLOWED_ASSET_DOMAINS`, e.g. `127.0.0.1:8001`. */
  readonly host: string;
  /** The names of its files. */
  readonly files: readonly string[];
}

/**
 * Serves a folder's files on the loopback address; port 0 takes a free one.
 *
 * @throws {Error} when the port is taken
 */
export function startOrigin({ port = 0, folder = join(import.meta.dir, "media") } = {}): Origin {
  const files = readdirSync(folder).filter((name) => !name.endsWith(".md"));
  const server = bind(port, (request) => {
    const name = new URL(request.url).pathname.slice(1);
    return files.includes(name)
      ? new Response(Bun.file(join(folder, name)))
      : new Response("Not found", { status: 404 });
  });
  const host = `127.0.0.1:${server.port}`;
  return { url: `http://${host}`, host, files, [Symbol.asyncDispose]: () => server.stop(true) };
}

function bind(port: number, fetch: (request: Request) => Response): Bun.Server<undefined> {
  try {
    // Without `reusePort: false` a second process silently takes half of the requests of the first.
    return Bun.serve({ hostname: "127.0.0.1", port, development: false, reusePort: false, fetch });
  } catch {
    throw new Error(`Cannot serve media: port ${port} is in use or not permitted`);
  }
}
