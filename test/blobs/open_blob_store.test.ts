import { Database } from "bun:sqlite";
import { expect, test } from "bun:test";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { openBlobReader, openBlobStore } from "../../src/blobs/mod.ts";
import { filesIn, temporaryDirectory } from "../support/test_server.ts";
import { store, unneeded } from "./stores.ts";

test.each([
  ["fs", "sqlite"],
  ["sqlite", "fs"],
] as const)("a directory with contents in %s: is refused as %s, with what to do", async (type, other) => {
  const dataDir = await temporaryDirectory();
  {
    await using blobs = await openBlobStore(type, dataDir, unneeded);
    await store(blobs, "content");
  }
  const sentence = `Cannot use BLOB_STORAGE_TYPE=${other}: ${dataDir} keeps its contents as ${type}; set ${type}`;
  await expect(openBlobStore(other, dataDir, unneeded)).rejects.toThrow(sentence);
  await using _again = await openBlobStore(type, dataDir, unneeded);
  await rm(dataDir, { recursive: true, force: true });
});

test.each(["fs", "sqlite"] as const)("openBlobReader() of %s: finds contents and creates nothing", async (type) => {
  const dataDir = await temporaryDirectory();
  await using none = await openBlobReader(type, dataDir);
  expect(await none.find("0".repeat(64))).toBeNull();
  expect(filesIn(dataDir)).toEqual([]);
  await using blobs = await openBlobStore(type, dataDir, unneeded);
  const sha256 = await store(blobs, "content");
  await using reader = await openBlobReader(type, dataDir);
  expect((await reader.find(sha256))?.sizeBytes).toBe(7);
  await rm(dataDir, { recursive: true, force: true });
});

test("openBlobReader() of sqlite: reads a file that an early release made without a trash", async () => {
  const dataDir = await temporaryDirectory();
  let sha256: string;
  {
    await using blobs = await openBlobStore("sqlite", dataDir, unneeded);
    sha256 = await store(blobs, "content");
  }
  {
    using db = new Database(join(dataDir, "blobs.db"));
    db.run("DROP INDEX blobs_trashed");
    db.run("ALTER TABLE blobs DROP COLUMN trashed_sha256");
  }
  await using reader = await openBlobReader("sqlite", dataDir);
  expect((await reader.find(sha256))?.sizeBytes).toBe(7);
  expect(await reader.find("0".repeat(64))).toBeNull();
  await rm(dataDir, { recursive: true, force: true });
});
