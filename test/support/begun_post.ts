import { connectTo } from "./raw_request.ts";
import { until } from "./until.ts";

/** A POST whose body has arrived in part. */
export interface BegunPost extends Disposable {
  /**
   * The answer as soon as its head is there.
   *
   * @throws when the server closes the connection before that
   */
  answer(): Promise<{ status: number; text: string }>;
  /** Sends more of the body. */
  send(text: string): void;
}

/** Begins a POST below `/api/v3` whose body goes on as long as the test wants. */
export function begunPost(
  url: string,
  path: string,
  { headers, start }: { headers: Record<string, string>; start: string },
): BegunPost {
  const socket = connectTo(url);
  let received = "";
  let isClosed = false;
  socket.on("data", (chunk) => {
    received += String(chunk);
  });
  socket.on("close", () => {
    isClosed = true;
  });
  const head = Object.entries({ Host: "localhost", ...headers }).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.write(`POST /api/v3${path} HTTP/1.1\r\n${head.join("")}\r\n${start}`);
  return {
    async answer() {
      await until(() => received.includes("\r\n\r\n") || isClosed);
      if (!received.includes("\r\n\r\n")) {
        throw new Error(`POST ${path}: the server closed the connection after ${JSON.stringify(received)}`);
      }
      return { status: Number(received.slice(9, 12)), text: received };
    },
    send: (text) => void socket.write(text),
    [Symbol.dispose]: () => void socket.destroy(),
  };
}
