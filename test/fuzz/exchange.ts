import { connectTo } from "../support/raw_request.ts";

/** The most time for an answer, in milliseconds: a request that waits for ever is a finding, too. */
const PATIENCE_MS = 60_000;
/** A stream of events has no end: so much of it is read, in milliseconds. */
const STREAM_MS = 200;

/** The result of a request: an answer, a connection that ended without one, or nothing in time. */
export type Outcome = Response | "closed" | "silent";

/**
 * Sends bytes as they are and reads the answer.
 *
 * @param giveUp ends the sending half after the bytes, as a client does that goes away in the middle
 */
export async function exchange(url: string, bytes: Uint8Array, { giveUp = false } = {}): Promise<Outcome> {
  const socket = connectTo(url);
  const received: Buffer[] = [];
  const ended = Promise.withResolvers<"closed" | "silent" | "enough">();
  const patience = setTimeout(() => ended.resolve("silent"), PATIENCE_MS);
  let streaming: ReturnType<typeof setTimeout> | undefined;
  let head = "";
  socket.on("data", (chunk) => {
    received.push(Buffer.from(chunk));
    if (streaming !== undefined || head.length >= 4_096) return;
    head += Buffer.from(chunk).toString("latin1", 0, 4_096).toLowerCase();
    if (isEventStream(head)) {
      streaming = setTimeout(() => ended.resolve("enough"), STREAM_MS);
    }
  });
  socket.on("close", () => ended.resolve("closed"));
  if (giveUp) socket.end(bytes);
  else socket.write(bytes);
  const how = await ended.promise;
  clearTimeout(patience);
  clearTimeout(streaming);
  socket.destroy();
  if (how === "silent") return how;
  return responseOf(Buffer.concat(received)) ?? "closed";
}

function isEventStream(head: string): boolean {
  return head.includes("\r\n\r\n") && head.includes("\r\ncontent-type: text/event-stream");
}

/** Reads an answer whose connection has ended (RFC 9112); undefined when its head is not whole. */
function responseOf(received: Buffer): Response | undefined {
  // What is only in between, such as 100 Continue, is no answer yet (RFC 9110, section 15.2).
  let bytes = received;
  while (/^HTTP\/1\.1 1\d\d/.test(bytes.subarray(0, 12).toString("latin1"))) {
    const after = bytes.indexOf("\r\n\r\n");
    if (after < 0) return undefined;
    bytes = bytes.subarray(after + 4);
  }
  const end = bytes.indexOf("\r\n\r\n");
  if (end < 0) return undefined;
  const [statusLine = "", ...lines] = bytes.subarray(0, end).toString("latin1").split("\r\n");
  const headers = new Headers();
  for (const line of lines) headers.append(line.slice(0, line.indexOf(":")), line.slice(line.indexOf(":") + 1).trim());
  const rest = bytes.subarray(end + 4);
  const body = /chunked/i.test(headers.get("transfer-encoding") ?? "") ? dechunked(rest) : rest;
  const status = Number(statusLine.slice(9, 12));
  const mayHaveBody = status !== 204 && status !== 304 && body.length > 0;
  return new Response(mayHaveBody ? new Uint8Array(body) : null, { status, headers });
}

function dechunked(bytes: Buffer): Buffer {
  const parts: Buffer[] = [];
  let rest = bytes;
  for (;;) {
    const end = rest.indexOf("\r\n");
    const size = end < 0 ? 0 : Number.parseInt(rest.subarray(0, end).toString("latin1"), 16);
    if (!size) return Buffer.concat(parts);
    parts.push(rest.subarray(end + 2, end + 2 + size));
    rest = rest.subarray(end + 2 + size + 2);
  }
}
