import { connect, type Socket } from "node:net";
import { AppError } from "../../src/core/errors.ts";
import { headersOf } from "../../src/http/mod.ts";

/** A real server around one handler; an AppError is answered with its status and `{code, message, details}`. */
export function serve(handler: (request: Request) => Promise<Response>) {
  const server = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    development: false,
    maxRequestBodySize: 2 ** 40,
    async fetch(request) {
      try {
        return await handler(request);
      } catch (error) {
        if (!(error instanceof AppError)) throw error;
        const { code, message, details, status } = error;
        return Response.json({ code, message, details }, { status, headers: headersOf(error) });
      }
    },
    error: (error) => new Response(`unexpected: ${error}`, { status: 500 }),
  });
  const port = server.port ?? 0;
  return {
    url: server.url.href,
    port,
    connect: () => connect(port, "127.0.0.1"),
    raw: (bytes: string | Uint8Array) => exchange(connect(port, "127.0.0.1"), bytes),
    [Symbol.dispose]: () => void server.stop(true),
  };
}

/** Sends bytes as they are and reads until the server closes; parses nothing but the status. */
async function exchange(socket: Socket, bytes: string | Uint8Array) {
  const received: Buffer[] = [];
  await new Promise<void>((resolve) => {
    socket.on("data", (chunk) => void received.push(Buffer.from(chunk)));
    socket.on("error", () => {});
    socket.on("close", () => resolve());
    socket.write(bytes);
  });
  const text = Buffer.concat(received).toString("latin1");
  const end = text.indexOf("\r\n\r\n");
  return { status: Number(text.slice(9, 12)), head: text.slice(0, end), body: text.slice(end + 4) };
}

/** The head of a request whose connection ends with the answer. */
export function head(requestLine: string, headers: Record<string, string> = {}): string {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return `${requestLine} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n${lines.join("")}\r\n`;
}
