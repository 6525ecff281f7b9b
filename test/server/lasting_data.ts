import { rm } from "node:fs/promises";
import { imageBody } from "../support/imports.ts";
import { type MediaOrigin, startOrigin } from "../support/origin.ts";
import { eventsIn, temporaryDirectory } from "../support/test_server.ts";

/** Data that outlives its servers, and the origin that they fetch from. */
export async function lastingData() {
  const origin = await startOrigin();
  const dataDir = await temporaryDirectory();
  return {
    origin,
    dataDir,
    env: { DATA_DIR: dataDir, ALLOWED_ASSET_DOMAINS: origin.grant },
    async [Symbol.asyncDispose]() {
      await origin[Symbol.asyncDispose]();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

/** A body that imports a picture from a path of the origin. */
export function importBody(origin: MediaOrigin, path: string) {
  return imageBody(origin, { url: `${origin.url}${path}` });
}

/** The types of an asset's events, in order. */
export function typesOf(dataDir: string, id: string): string[] {
  return eventsIn(dataDir)
    .filter(({ stream }) => stream === `asset-${id}`)
    .map(({ type }) => type);
}

/** The events of an asset that was imported exactly once. */
export const ONCE = ["AssetRequested", "BlobStored", "ThumbnailStored", "AssetInspected"];
