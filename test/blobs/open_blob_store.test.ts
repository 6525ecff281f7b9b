import { expect, test } from "bun:test";
import { rm } from "node:fs/promises";
import { openBlobStore } from "../../src/blobs/mod.ts";
import { temporaryDirectory } from "../support/test_server.ts";
import { store } from "./stores.ts";

test.each([
  ["fs", "sqlite"],
  ["sqlite", "fs"],
] as const)("a directory with contents in %s: is refused as %s, with what to do", async (type, other) => {
  const dataDir = await temporaryDirectory();
  {
    await using blobs = await openBlobStore(type, dataDir);
    await store(blobs, "content");
  }
  const sentence = `Cannot use BLOB_STORAGE_TYPE=${other}: ${dataDir} keeps its contents as ${type}; set ${type}`;
  await expect(openBlobStore(other, dataDir)).rejects.toThrow(sentence);
  await using _again = await openBlobStore(type, dataDir);
  await rm(dataDir, { recursive: true, force: true });
});
