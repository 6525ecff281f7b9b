/**
 * The plain servers of the comparisons, each in a process of its own:
 *
 * - `files <port> <folder>`: a bare `Bun.serve` over a folder
 * - `route <port> <file>`: a bare Elysia route that answers the bytes of a file as JSON
 */
import { join } from "node:path";
import { Elysia } from "elysia";

const [what, port, path = ""] = process.argv.slice(2);
const listen = { hostname: "127.0.0.1", port: Number(port), development: false };

if (what === "files") {
  Bun.serve({ ...listen, fetch: (request) => new Response(Bun.file(join(path, new URL(request.url).pathname))) });
} else {
  const text = await Bun.file(path).text();
  new Elysia()
    .get("/", ({ set }) => {
      set.headers["content-type"] = "application/json";
      return text;
    })
    .listen(listen);
}
