import { describe, expect, test } from "bun:test";
import { mkdtemp, readdir, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { stageFile } from "../../src/blobs/mod.ts";
import {
  CAN_MOUNT,
  chunks,
  listed,
  MAX,
  noise,
  read,
  STORES,
  sha256Of,
  store,
  temporaryStore,
  tinyDisk,
} from "./stores.ts";

describe.each(Object.entries(STORES))("the %s blob store", (_name, open) => {
  test("keeps one copy when 20 writers bring the same content at once", async () => {
    await using at = await temporaryStore(open);
    const bytes = noise(400_000);
    const staged = await Promise.all(Array.from({ length: 20 }, () => at.blobs.write(chunks(bytes), MAX)));
    expect(new Set(staged.map((blob) => blob.sha256))).toEqual(new Set([sha256Of(bytes)]));
    expect(await listed(at.blobs)).toEqual([sha256Of(bytes)]);
    expect(await read(at.blobs, sha256Of(bytes))).toEqual(bytes);
    expect(await at.blobs.cleanTemporary()).toBe(0);
  });

  test("keeps 20 different contents apart when they arrive at once", async () => {
    await using at = await temporaryStore(open);
    const all = Array.from({ length: 20 }, (_, i) => noise(150_000 + i, i + 1));
    await Promise.all(all.map((bytes) => store(at.blobs, bytes.subarray(0, 70_000), bytes.subarray(70_000))));
    for (const bytes of all) expect(await read(at.blobs, sha256Of(bytes))).toEqual(bytes);
    expect(await listed(at.blobs)).toEqual(all.map(sha256Of).sort());
  });

  test("refuses one byte too many and leaves nothing", async () => {
    await using at = await temporaryStore(open);
    await at.blobs.write(chunks("12345", "67890"), { maxBytes: 10 });
    const promise = at.blobs.write(chunks("12345", "678901"), { maxBytes: 10 });
    await expect(promise).rejects.toMatchObject({ code: "asset_too_large" });
    await promise.catch(() => {});
    expect(await listed(at.blobs)).toEqual([sha256Of("1234567890")]);
    expect(await at.blobs.cleanTemporary()).toBe(0);
  });

  test("stops reading a source that is too large", async () => {
    await using at = await temporaryStore(open);
    let given = 0;
    async function* endless() {
      while (true) {
        given += 1000;
        yield new Uint8Array(1000);
      }
    }
    await expect(at.blobs.write(endless(), { maxBytes: 5000 })).rejects.toMatchObject({ code: "asset_too_large" });
    expect(given).toBe(6000);
  });

  test("stops on the signal while the source is stalled, with the signal's reason, and leaves nothing", async () => {
    await using at = await temporaryStore(open);
    const abort = new AbortController();
    async function* stalled() {
      yield noise(2_000_000);
      setTimeout(() => abort.abort(new Error("the client went away")), 10);
      await new Promise(() => {});
    }
    await expect(at.blobs.write(stalled(), { ...MAX, signal: abort.signal })).rejects.toThrow("the client went away");
    expect(await listed(at.blobs)).toEqual([]);
    expect(await at.blobs.cleanTemporary()).toBe(0);
  });

  test("does not start with a signal that is already aborted", async () => {
    await using at = await temporaryStore(open);
    const signal = AbortSignal.abort(new Error("too late"));
    await expect(at.blobs.write(chunks("x"), { ...MAX, signal })).rejects.toThrow("too late");
    expect(await at.blobs.cleanTemporary()).toBe(0);
  });

  test("passes on the error of a source that breaks in the middle and leaves nothing", async () => {
    await using at = await temporaryStore(open);
    async function* broken() {
      yield noise(2_000_000);
      throw new Error("connection reset");
    }
    await expect(at.blobs.write(broken(), MAX)).rejects.toThrow("connection reset");
    expect(await listed(at.blobs)).toEqual([]);
    expect(await at.blobs.cleanTemporary()).toBe(0);
  });

  test("takes a finished file from its scratch space", async () => {
    await using at = await temporaryStore(open);
    const bytes = noise(700_000);
    await using scratch = await at.blobs.scratch(".webp");
    expect(scratch.path).toEndWith(".webp");
    await writeFile(scratch.path, bytes);
    using staged = await at.blobs.writeFile(scratch.path);
    expect(staged).toMatchObject({ sha256: sha256Of(bytes), sizeBytes: bytes.length });
    expect(await read(at.blobs, staged.sha256)).toEqual(bytes);
    await expect(stat(scratch.path)).rejects.toMatchObject({ code: "ENOENT" });
  });

  test("writeFile: a digest of this process is not computed again", async () => {
    await using at = await temporaryStore(open);
    await using scratch = await at.blobs.scratch();
    await writeFile(scratch.path, noise(10));
    // Only bytes that are not hashed can be stored under the hash of others.
    const digest = { sha256: sha256Of(noise(20)), sizeBytes: 10 };
    using staged = await at.blobs.writeFile(scratch.path, { digest });
    expect(staged).toMatchObject(digest);
    expect(await read(at.blobs, staged.sha256)).toEqual(noise(10));
  });

  test("takes a staged file", async () => {
    await using at = await temporaryStore(open);
    const bytes = noise(700_000);
    await using scratch = await at.blobs.scratch();
    expect(await stageFile(scratch.path, chunks(bytes), MAX)).toEqual({
      sha256: sha256Of(bytes),
      sizeBytes: bytes.length,
    });
    using staged = await at.blobs.writeFile(scratch.path);
    expect(staged).toMatchObject({ sha256: sha256Of(bytes), sizeBytes: bytes.length });
    expect(await read(at.blobs, staged.sha256)).toEqual(bytes);
    await expect(stat(scratch.path)).rejects.toMatchObject({ code: "ENOENT" });
  });

  test("takes a finished file from another file system", async () => {
    await using at = await temporaryStore(open);
    const elsewhere = await mkdtemp("/dev/shm/reelog-");
    try {
      const path = join(elsewhere, "video.mp4");
      await writeFile(path, "moved across");
      using staged = await at.blobs.writeFile(path);
      expect(await read(at.blobs, staged.sha256)).toEqual(new TextEncoder().encode("moved across"));
      expect(await readdir(elsewhere)).toEqual([]);
    } finally {
      await rm(elsewhere, { recursive: true });
    }
  });

  test("does not take a file when it is told to stop", async () => {
    await using at = await temporaryStore(open);
    await using scratch = await at.blobs.scratch();
    await writeFile(scratch.path, "x");
    const signal = AbortSignal.abort(new Error("cancelled"));
    await expect(at.blobs.writeFile(scratch.path, { signal })).rejects.toThrow("cancelled");
    expect(await listed(at.blobs)).toEqual([]);
  });

  test("cleans what a crash left, and nothing that is being written", async () => {
    await using at = await temporaryStore(open);
    const going = Promise.withResolvers<void>();
    async function* slow() {
      yield noise(2_000_000);
      await going.promise;
      yield noise(1_000_000);
    }
    const writing = at.blobs.write(slow(), MAX);
    await using scratch = await at.blobs.scratch();
    await writeFile(scratch.path, "in use");
    await Bun.sleep(50);
    expect(await at.blobs.cleanTemporary()).toBe(0);
    going.resolve();
    using staged = await writing;
    expect(staged.sizeBytes).toBe(3_000_000);
  });

  test.skipIf(!CAN_MOUNT)(
    "on a full disk answers unavailable, loses nothing, and works once there is room",
    async () => {
      await using disk = await tinyDisk(16);
      const filler = join(disk.directory, "filler");
      await writeFile(filler, new Uint8Array(10_000_000));
      await using blobs = await open(disk.directory);
      const kept = await store(blobs, noise(500_000));
      const tooMuch = blobs.write(chunks(...Array.from({ length: 12 }, (_, i) => noise(1_000_000, i + 2))), MAX);
      await expect(tooMuch).rejects.toMatchObject({
        code: "unavailable",
        message: "Cannot store the file: the disk is full",
      });
      expect(await listed(blobs)).toEqual([kept]);
      expect(await read(blobs, kept)).toEqual(noise(500_000));
      await blobs.cleanTemporary();

      await rm(filler);
      await blobs.cleanTemporary();
      expect(await blobs.cleanTemporary()).toBe(0);
      const next = await store(blobs, noise(3_000_000, 99));
      expect(await read(blobs, kept)).toEqual(noise(500_000));
      expect(await read(blobs, next)).toEqual(noise(3_000_000, 99));
    },
  );
});
