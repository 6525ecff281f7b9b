import { CallError } from "./ask.ts";

/** The largest accepted answer. */
const MAX_ANSWER_BYTES = 2 * 1024 * 1024;

/** A call of a provider's API. */
export interface ProviderCall {
  readonly headers: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  readonly body: unknown;
  readonly signal: AbortSignal;
}

/**
 * Posts JSON and returns the parsed answer. Follows no redirect, which would send the key to another host, and reads at
 * most 2 MiB.
 *
 * @throws {CallError} for an error status and for a body that is too large or not JSON
 */
export async function postJson(url: string, { headers, body, signal }: ProviderCall): Promise<unknown> {
  const response = await fetch(url, {
    method: "POST",
    headers: { "Content-Type": "application/json", Accept: "application/json", ...headers },
    body: JSON.stringify(body),
    redirect: "manual",
    signal,
  });
  if (!response.ok) {
    await response.body?.cancel();
    throw new CallError(response.status, response.headers.get("retry-after"));
  }
  const text = await readAtMost(response, MAX_ANSWER_BYTES);
  try {
    return JSON.parse(text);
  } catch {
    throw new CallError(200);
  }
}

async function readAtMost({ body }: Response, limit: number): Promise<string> {
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  let size = 0;
  for await (const chunk of body ?? []) {
    size += chunk.byteLength;
    if (size > limit) throw new CallError(200);
    chunks.push(chunk);
  }
  return new Blob(chunks).text();
}
