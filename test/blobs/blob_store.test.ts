import { describe, expect, test } from "bun:test";
import { chmod, readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { chunks, listed, MAX, noise, read, STORES, sha256Of, store, temporaryStore } from "./stores.ts";

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
    expect(await at.blobs.delete(unknown)).toBe(false);
  });

  test.each(["", "../../etc/passwd", "AB".repeat(32), "a".repeat(63), `${"a".repeat(64)}\n`, `${"a".repeat(61)}/..`])(
    "refuses the name %p",
    async (name) => {
      await using at = await temporaryStore(open);
      await expect(at.blobs.find(name)).rejects.toThrow(TypeError);
      await expect(at.blobs.openLocal(name)).rejects.toThrow(TypeError);
      await expect(at.blobs.delete(name)).rejects.toThrow(TypeError);
    },
  );

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
});
