import { once } from "node:events";
import { connectTo } from "./raw_request.ts";

/** A POST whose body has arrived in part. */
export interface BegunPost extends Disposable {
  /** The answer as soon as its head is there. */
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
  socket.on("data", (chunk) => {
    received += String(chunk);
  });
  const head = Object.entries({ Host: "localhost", ...headers }).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.write(`POST /api/v3${path} HTTP/1.1\r\n${head.join("")}\r\n${start}`);
  return {
    async answer() {
      while (!received.includes("\r\n\r\n")) await once(socket, "data");
      return { status: Number(received.slice(9, 12)), text: received };
    },
    send: (text) => void socket.write(text),
    [Symbol.dispose]: () => void socket.destroy(),
  };
}
