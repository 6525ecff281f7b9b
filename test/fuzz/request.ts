/** A request as it goes over the wire, with tokens for what is not known yet. */
export interface FuzzRequest {
  readonly method: string;
  /** From the root, with its query, escaped as it is sent. */
  readonly target: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** One character is one byte; null sends none. */
  readonly body: string | null;
  /** The declared length of the body: right, in chunks, or more than what is sent. */
  readonly framing: "length" | "chunks" | "short";
}

/** The bytes of a text in UTF-8, one character each. */
export function utf8(text: string): string {
  return Buffer.from(text).toString("latin1");
}

/** The wire form of a request, for a connection that ends with the answer. */
export function wireOf({ method, target, headers, body, framing }: FuzzRequest, host: string): Uint8Array {
  const named = new Set(headers.map(([name]) => name.toLowerCase()));
  const own: [string, string][] = [["Connection", "close"]];
  if (!named.has("host")) own.unshift(["Host", host]);
  if (body !== null && framing === "chunks") own.push(["Transfer-Encoding", "chunked"]);
  if (body !== null && framing === "length") own.push(["Content-Length", String(body.length)]);
  if (body !== null && framing === "short") own.push(["Content-Length", String(body.length + 10)]);
  const head = [...own, ...headers].map(([name, value]) => `${name}: ${value}\r\n`).join("");
  const sent = body !== null && framing === "chunks" ? chunked(body) : (body ?? "");
  return Buffer.from(`${method} ${target} HTTP/1.1\r\n${head}\r\n${sent}`, "latin1");
}

function chunked(body: string): string {
  const size = Math.max(1, Math.ceil(body.length / 3));
  let text = "";
  for (let at = 0; at < body.length; at += size) {
    const part = body.slice(at, at + size);
    text += `${part.length.toString(16)}\r\n${part}\r\n`;
  }
  return `${text}0\r\n\r\n`;
}
