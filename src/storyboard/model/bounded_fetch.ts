import { CallError } from "./ask.ts";

/** The largest accepted answer. */
const MAX_ANSWER_BYTES = 2 * 1024 * 1024;

/**
 * Fetches for the vendors' SDKs. Follows no redirect, which would send the key to another host, and reads at most 2 MiB.
 *
 * @throws {CallError} for an error status and for a body that is too large or not JSON
 */
export async function boundedFetch(input: string | URL | Request, init?: RequestInit): Promise<Response> {
  const response = await fetch(input, { ...init, redirect: "manual" });
  const { status, headers } = response;
  if (status < 200 || status > 299) {
    await response.body?.cancel();
    throw new CallError(status, headers.get("retry-after"));
  }
  const body = await readAtMost(response, MAX_ANSWER_BYTES);
  try {
    return Response.json(JSON.parse(body));
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
