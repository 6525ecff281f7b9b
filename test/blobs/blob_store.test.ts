import { describe, expect, test } from "bun:test";
import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { BlobStore } from "../../src/blobs/mod.ts";
import { CAN_MOUNT, chunks, noise, read, STORES, sha256Of, temporaryStore, tinyDisk } from "./stores.ts";

const MAX = { maxBytes: 64 * 1024 * 1024 };
const unneeded = { isReferenced: () => false };

async function listed(blobs: BlobStore): Promise<string[]> {
  const all = [];
  for await (const { sha256 } of blobs.list()) all.push(sha256);
  return all;
}

/** A write that keeps nothing: the hold is ended at once. */
async function store(blobs: BlobStore, ...parts: (string | Uint8Array)[]): Promise<string> {
  using staged = await blobs.write(chunks(...parts), MAX);
  return staged.sha256;
}

describe.each(Object.entries(STORES))("the %s blob store", (_name, open) => {
  test("gives back what was written, under its SHA-256", async () => {
    await using at = await temporaryStore(open);
    const bytes = noise(3_000_001);
    using staged = await at.blobs.write(chunks(bytes), MAX);
    expect(staged).toMatchObject({ sha256: sha256Of(bytes), sizeBytes: 3_000_001 });
    expect((await at.blobs.find(staged.sha256))?.sizeBytes).toBe(3_000_001);
    expect(await read(at.blobs, staged.sha256)).toEqual(bytes);
  });

  test("stores the same bytes however they are cut", async () => {
    await using at = await temporaryStore(open);
    const bytes = noise(1_100_000);
    for (const cut of [1024, 65_536, 262_144, 262_145, 1_048_576, 1_100_000]) {
      const parts = Array.from({ length: Math.ceil(bytes.length / cut) }, (_, i) =>
        bytes.subarray(i * cut, (i + 1) * cut),
      );
      expect(await store(at.blobs, ...parts)).toBe(sha256Of(bytes));
    }
    expect(await read(at.blobs, sha256Of(bytes))).toEqual(bytes);
    expect(await listed(at.blobs)).toEqual([sha256Of(bytes)]);
  });

  test("takes a drip of single bytes and empty chunks", async () => {
    await using at = await temporaryStore(open);
    const parts = [..."one byte at a time"].flatMap((letter) => ["", letter]);
    expect(await store(at.blobs, ...parts, "")).toBe(sha256Of("one byte at a time"));
  });

  test("stores empty content", async () => {
    await using at = await temporaryStore(open);
    const sha256 = await store(at.blobs);
    expect(sha256).toBe(sha256Of(""));
    expect((await at.blobs.find(sha256))?.sizeBytes).toBe(0);
    expect(await read(at.blobs, sha256)).toEqual(new Uint8Array());
  });

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
    expect(promise).rejects.toMatchObject({ code: "asset_too_large" });
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

  test.each([
    [0, 0],
    [0, 1_048_575],
    [1_048_575, 1_048_576],
    [1_048_576, 1_048_576],
    [500_000, 2_600_000],
    [2_999_999, 2_999_999],
    [0, 2_999_999],
  ])("reads the range %d-%d, both ends included", async (start, end) => {
    await using at = await temporaryStore(open);
    const bytes = noise(3_000_000);
    const sha256 = await store(at.blobs, bytes);
    expect(await read(at.blobs, sha256, { start, end })).toEqual(bytes.slice(start, end + 1));
  });

  test("finds nothing under an unknown hash", async () => {
    await using at = await temporaryStore(open);
    const unknown = sha256Of("never written");
    expect(await at.blobs.find(unknown)).toBeNull();
    expect(await at.blobs.openLocal(unknown)).toBeNull();
    expect(await at.blobs.delete(unknown, unneeded)).toBe(false);
  });

  test.each(["", "../../etc/passwd", "AB".repeat(32), "a".repeat(63), `${"a".repeat(64)}\n`, `${"a".repeat(61)}/..`])(
    "refuses the name %p",
    async (name) => {
      await using at = await temporaryStore(open);
      expect(at.blobs.find(name)).rejects.toThrow(TypeError);
      expect(at.blobs.openLocal(name)).rejects.toThrow(TypeError);
      await expect(at.blobs.delete(name, unneeded)).rejects.toThrow(TypeError);
    },
  );

  test("gives another process a file to read, which a delete does not pull away", async () => {
    await using at = await temporaryStore(open);
    const bytes = noise(2_500_000);
    const sha256 = await store(at.blobs, bytes);
    const local = await at.blobs.openLocal(sha256);
    expect(local?.sizeBytes).toBe(bytes.length);
    expect(await at.blobs.delete(sha256, unneeded)).toBe(false);
    expect(new Uint8Array(await readFile(local?.path ?? ""))).toEqual(bytes);
    await local?.release();
    expect(await at.blobs.delete(sha256, unneeded)).toBe(true);
    expect(await at.blobs.openLocal(sha256)).toBeNull();
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

  test("deletes what nothing needs, and only that", async () => {
    await using at = await temporaryStore(open);
    const [needed, orphan] = [await store(at.blobs, "needed"), await store(at.blobs, "orphan")];
    const options = { isReferenced: (sha256: string) => sha256 === needed };
    expect(await at.blobs.delete(needed, options)).toBe(false);
    expect(await at.blobs.delete(orphan, options)).toBe(true);
    expect(await at.blobs.delete(orphan, options)).toBe(false);
    expect(await at.blobs.find(orphan)).toBeNull();
    expect(await listed(at.blobs)).toEqual([needed]);
  });

  test("never deletes what is held, until every holder has let go", async () => {
    await using at = await temporaryStore(open);
    const first = await at.blobs.write(chunks("held"), MAX);
    const second = await at.blobs.write(chunks("held"), MAX);
    expect(await at.blobs.delete(first.sha256, unneeded)).toBe(false);
    first.release();
    first.release();
    expect(await at.blobs.delete(first.sha256, unneeded)).toBe(false);
    second.release();
    expect(await at.blobs.delete(first.sha256, unneeded)).toBe(true);
  });

  test("keeps content that is written again while its delete is being decided", async () => {
    await using at = await temporaryStore(open);
    const sha256 = await store(at.blobs, "contested");
    const asked = Promise.withResolvers<void>();
    const answer = Promise.withResolvers<boolean>();
    const deleting = at.blobs.delete(sha256, {
      isReferenced: () => {
        asked.resolve();
        return answer.promise;
      },
    });
    await asked.promise;
    const writing = at.blobs.write(chunks("contested"), MAX);
    await Bun.sleep(20);
    answer.resolve(false);
    expect(await deleting).toBe(true);
    using staged = await writing;
    expect(await read(at.blobs, staged.sha256)).toEqual(new TextEncoder().encode("contested"));
  });

  test("finishes a read that began before the delete", async () => {
    await using at = await temporaryStore(open);
    const bytes = noise(20_000_000);
    const sha256 = await store(at.blobs, bytes);
    using server = Bun.serve({
      port: 0,
      hostname: "127.0.0.1",
      development: false,
      fetch: async () => new Response((await at.blobs.find(sha256))?.body()),
    });
    const response = await fetch(server.url);
    const reader = response.body?.getReader();
    const first = await reader?.read();
    await at.blobs.delete(sha256, unneeded);
    let received = first?.value?.byteLength ?? 0;
    while (true) {
      const next = await reader?.read();
      if (next === undefined || next.done) break;
      received += next.value.byteLength;
    }
    expect(received).toBe(bytes.length);
    await at.blobs.delete(sha256, unneeded);
    expect(await at.blobs.find(sha256)).toBeNull();
  });

  test("deletes only what was last written before the given time", async () => {
    await using at = await temporaryStore(open);
    const before = Date.now() - 1000;
    const sha256 = await store(at.blobs, "fresh");
    expect(await at.blobs.delete(sha256, { ...unneeded, writtenBefore: before })).toBe(false);
    expect(await at.blobs.delete(sha256, { ...unneeded, writtenBefore: Date.now() + 1000 })).toBe(true);
  });

  test("renews the time when the same content is written again", async () => {
    await using at = await temporaryStore(open);
    const sha256 = await store(at.blobs, "again");
    await Bun.sleep(30);
    const between = Date.now();
    await Bun.sleep(30);
    await store(at.blobs, "again");
    expect(await at.blobs.delete(sha256, { ...unneeded, writtenBefore: between })).toBe(false);
  });

  test("lists size and time of every content in the order of the hashes", async () => {
    await using at = await temporaryStore(open);
    for (let i = 0; i < 12; i++) await store(at.blobs, `content ${i}`);
    const all = [];
    for await (const blob of at.blobs.list()) all.push(blob);
    expect(all.map((blob) => blob.sha256)).toEqual([...all.map((blob) => blob.sha256)].sort());
    expect(all).toHaveLength(12);
    for (const blob of all) {
      expect(blob.sizeBytes).toBe(
        blob.sha256 === sha256Of("content 10") || blob.sha256 === sha256Of("content 11") ? 10 : 9,
      );
      expect(Math.abs(blob.writtenAt - Date.now())).toBeLessThan(60_000);
    }
  });

  test("has everything again after it was closed and opened", async () => {
    await using at = await temporaryStore(open);
    const bytes = noise(1_500_000);
    const sha256 = await store(at.blobs, bytes);
    await at.blobs[Symbol.asyncDispose]();
    await using again = await open(at.dataDir);
    expect(await read(again, sha256)).toEqual(bytes);
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

  test("keeps its files to its own user", async () => {
    await using at = await temporaryStore(open);
    await chmod(at.dataDir, 0o755);
    await store(at.blobs, "private");
    const names = await readdir(at.dataDir, { recursive: true });
    expect(names.length).toBeGreaterThan(0);
    for (const name of names) {
      const info = await stat(join(at.dataDir, name));
      expect([name, info.mode & 0o077]).toEqual([name, 0]);
    }
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
        message: "Cannot store the file: the server's disk is full",
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
