import type { Static } from "@sinclair/typebox";
import type { Asset } from "../../src/assets/schema.ts";
import { readAsset } from "./answer.ts";
import { type MediaOrigin, startOrigin } from "./origin.ts";
import { type Api, startTestServer, type TestServer, type TestServerOptions } from "./test_server.ts";

/** A body of POST `/assets/from-url` for a file of the origin; everything in it can be said otherwise. */
export function imageBody(origin: MediaOrigin, changes: Record<string, unknown> = {}): Record<string, unknown> {
  return { name: "Bottle on a beach", type: "image", url: `${origin.url}/photo.png`, ...changes };
}

/** Imports a file of the origin and waits until it is ready. */
export async function importAsset(
  api: Api,
  origin: MediaOrigin,
  changes: Record<string, unknown> = {},
): Promise<Static<typeof Asset>> {
  const answer = await api("POST", "/assets/from-url", imageBody(origin, changes));
  if (answer.status !== 201) throw new Error(`Cannot import: ${answer.text}`);
  return readAsset(answer);
}

/** An upload form; the fields stand before the file. */
export function form(file: Blob | File, fields: Record<string, string | string[]> = {}): FormData {
  const data = new FormData();
  for (const [name, values] of Object.entries(fields)) {
    for (const value of [values].flat()) data.append(name, value);
  }
  data.append("file", file);
  return data;
}

/** A server and the origin that it may fetch from, both for `await using`. */
export async function startServerAndOrigin(
  env: Record<string, string> = {},
  options: TestServerOptions = {},
): Promise<{ origin: MediaOrigin; server: TestServer } & AsyncDisposable> {
  const origin = await startOrigin();
  const server = await startTestServer({ ALLOWED_ASSET_DOMAINS: origin.grant, ...env }, options);
  return {
    origin,
    server,
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]();
      await origin[Symbol.asyncDispose]();
    },
  };
}
