import { connect, type Socket } from "node:net";
import { until } from "./until.ts";

/** The answer over a raw connection. */
export interface RawAnswer {
  readonly status: number;
  readonly head: string;
  readonly body: string;
}

/** A connection to a server, to say things that no client library would. */
export function connectTo(url: string): Socket {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  socket.on("error", () => {});
  return socket;
}

/**
 * Sends bytes as they are, and reads until the server closes.
 *
 * @throws when the server closes without an answer, or does not close
 */
export async function rawRequest(url: string, bytes: string | Uint8Array): Promise<RawAnswer> {
  const socket = connectTo(url);
  const received: Buffer[] = [];
  let isClosed = false;
  socket.on("data", (chunk) => void received.push(Buffer.from(chunk)));
  socket.on("close", () => {
    isClosed = true;
  });
  socket.write(typeof bytes === "string" ? Buffer.from(bytes, "latin1") : bytes);
  await until(() => isClosed);
  const text = Buffer.concat(received).toString("latin1");
  const end = text.indexOf("\r\n\r\n");
  if (end < 0) throw new Error(`the server closed the connection after ${JSON.stringify(text)}`);
  return { status: Number(text.slice(9, 12)), head: text.slice(0, end), body: text.slice(end + 4) };
}

/** The head of a request whose connection ends with the answer. */
export function requestHead(requestLine: string, headers: Record<string, string> = {}): string {
  const all = { Host: "localhost", Connection: "close", ...headers };
  return `${requestLine} HTTP/1.1\r\n${Object.entries(all)
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join("")}\r\n`;
}
