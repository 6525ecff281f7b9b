import { describe, expect, test } from "bun:test";
import { readFile } from "node:fs/promises";
import { chunks, listed, MAX, noise, read, STORES, store, temporaryStore } from "./stores.ts";

describe.each(Object.entries(STORES))("the %s blob store", (_name, open) => {
  test("gives another process a file to read, which a delete does not pull away", async () => {
    await using at = await temporaryStore(open);
    const bytes = noise(2_500_000);
    const sha256 = await store(at.blobs, bytes);
    const local = await at.blobs.openLocal(sha256);
    expect(local?.sizeBytes).toBe(bytes.length);
    expect(await at.blobs.delete(sha256)).toBe(false);
    expect(new Uint8Array(await readFile(local?.path ?? ""))).toEqual(bytes);
    await local?.release();
    expect(await at.blobs.delete(sha256)).toBe(true);
    expect(await at.blobs.openLocal(sha256)).toBeNull();
    expect(await at.blobs.cleanTemporary()).toBe(0);
  });

  test("deletes what nothing needs, and only that", async () => {
    await using at = await temporaryStore(open);
    const [needed, orphan] = [await store(at.blobs, "needed"), await store(at.blobs, "orphan")];
    at.use((sha256) => (sha256 === needed ? "needed" : "unnamed"));
    expect(await at.blobs.delete(needed)).toBe(false);
    expect(await at.blobs.delete(orphan)).toBe(true);
    expect(await at.blobs.delete(orphan)).toBe(false);
    expect(await at.blobs.find(orphan)).toBeNull();
    expect(await listed(at.blobs)).toEqual([needed]);
  });

  test("never deletes what is held, until every holder has let go", async () => {
    await using at = await temporaryStore(open);
    const first = await at.blobs.write(chunks("held"), MAX);
    const second = await at.blobs.write(chunks("held"), MAX);
    expect(await at.blobs.delete(first.sha256)).toBe(false);
    first.release();
    first.release();
    expect(await at.blobs.delete(first.sha256)).toBe(false);
    second.release();
    expect(await at.blobs.delete(first.sha256)).toBe(true);
  });

  test("keeps content that is written again while its delete is being decided", async () => {
    await using at = await temporaryStore(open);
    const sha256 = await store(at.blobs, "contested");
    const asked = Promise.withResolvers<void>();
    const answer = Promise.withResolvers<"unnamed">();
    at.use(() => {
      asked.resolve();
      return answer.promise;
    });
    const deleting = at.blobs.delete(sha256);
    await asked.promise;
    const writing = at.blobs.write(chunks("contested"), MAX);
    await Bun.sleep(20);
    answer.resolve("unnamed");
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
    await at.blobs.delete(sha256);
    let received = first?.value?.byteLength ?? 0;
    while (true) {
      const next = await reader?.read();
      if (next === undefined || next.done) break;
      received += next.value.byteLength;
    }
    expect(received).toBe(bytes.length);
    await at.blobs.delete(sha256);
    expect(await at.blobs.find(sha256)).toBeNull();
  });

  test("deletes only what was last written before the given time", async () => {
    await using at = await temporaryStore(open);
    const before = Date.now() - 1000;
    const sha256 = await store(at.blobs, "fresh");
    expect(await at.blobs.delete(sha256, { writtenBefore: before })).toBe(false);
    expect(await at.blobs.delete(sha256, { writtenBefore: Date.now() + 1000 })).toBe(true);
  });

  test("renews the time when the same content is written again", async () => {
    await using at = await temporaryStore(open);
    const sha256 = await store(at.blobs, "again");
    await Bun.sleep(30);
    const between = Date.now();
    await Bun.sleep(30);
    await store(at.blobs, "again");
    expect(await at.blobs.delete(sha256, { writtenBefore: between })).toBe(false);
  });
});
