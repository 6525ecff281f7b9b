import { Database } from "bun:sqlite";
import { describe, expect, test } from "bun:test";
import { connect } from "node:net";
import { join } from "node:path";
import { openSqliteBlobStore } from "../../src/blobs/sqlite/sqlite_blob_store.ts";
import { until } from "../support/until.ts";
import { chunks, noise, read, sha256Of, temporaryStore, unneeded } from "./stores.ts";

const MAX = { maxBytes: 64 * 1024 * 1024 };

describe("the SQLite blob store", () => {
  test("fails a read of damaged content rather than end it early", async () => {
    await using at = await temporaryStore(openSqliteBlobStore);
    using staged = await at.blobs.write(chunks(noise(5_000_000)), MAX);
    const before = await at.blobs.find(staged.sha256);
    using db = new Database(join(at.dataDir, "blobs.db"));
    db.run("DELETE FROM chunks WHERE number = 2");
    expect((await at.blobs.find(staged.sha256))?.sizeBytes).toBe(5_000_000 - 1024 * 1024);
    using server = Bun.serve({
      port: 0,
      hostname: "127.0.0.1",
      development: false,
      fetch: () => new Response(before?.body()),
      error: () => new Response(null, { status: 500 }),
    });
    await expect(fetch(server.url).then((response) => response.bytes())).rejects.toThrow();
  });

  test("repairs damaged content when it is written again", async () => {
    await using at = await temporaryStore(openSqliteBlobStore);
    const bytes = noise(2_500_000);
    using staged = await at.blobs.write(chunks(bytes), MAX);
    using db = new Database(join(at.dataDir, "blobs.db"));
    db.run("DELETE FROM chunks WHERE number = 1");
    using _again = await at.blobs.write(chunks(bytes), MAX);
    expect(await read(at.blobs, staged.sha256)).toEqual(bytes);
  });

  test("removes what a crash in the middle of a write left", async () => {
    await using at = await temporaryStore(openSqliteBlobStore);
    let isWritten = false;
    async function* stalled() {
      yield noise(3_000_000);
      isWritten = true;
      await new Promise(() => {});
    }
    // Nobody in this process knows of it after the reopening, as after a crash.
    at.blobs.write(stalled(), MAX).catch(() => {});
    await until(() => isWritten);
    await using again = await openSqliteBlobStore(at.dataDir, unneeded);
    const hourAgo = Date.now() - 3_600_000;
    expect(await again.cleanTemporary({ writtenBefore: hourAgo })).toBe(0);
    expect(await again.cleanTemporary()).toBe(1);
    using db = new Database(join(at.dataDir, "blobs.db"));
    expect(db.query("SELECT (SELECT count(*) FROM blobs) + (SELECT count(*) FROM chunks) AS n").get()).toEqual({
      n: 0,
    });
  });

  test("is written by two processes' connections at once", async () => {
    await using at = await temporaryStore(openSqliteBlobStore);
    await using other = await openSqliteBlobStore(at.dataDir, unneeded);
    const all = Array.from({ length: 8 }, (_, i) => noise(1_500_000, i + 1));
    await Promise.all(
      all.map(async (bytes, i) => (await (i % 2 ? at.blobs : other).write(chunks(bytes), MAX)).release()),
    );
    await Promise.all([at.blobs, other].map(async (blobs) => (await blobs.write(chunks("same"), MAX)).release()));
    for (const bytes of all) expect(await read(other, sha256Of(bytes))).toEqual(bytes);
    expect(await read(at.blobs, sha256Of("same"))).not.toBeNull();
  });

  test("lets other work have its turn during a long write", async () => {
    await using at = await temporaryStore(openSqliteBlobStore);
    let turns = 0;
    const timer = setInterval(() => turns++, 1);
    using staged = await at.blobs.write(chunks(noise(30_000_000)), MAX);
    clearInterval(timer);
    expect(staged.sizeBytes).toBe(30_000_000);
    expect(turns).toBeGreaterThan(10);
  });

  test("keeps what somebody reads slowly until they are done or go away", async () => {
    await using at = await temporaryStore(openSqliteBlobStore);
    using staged = await at.blobs.write(chunks(noise(20_000_000)), MAX);
    staged.release();
    let isFound = false;
    using server = Bun.serve({
      port: 0,
      hostname: "127.0.0.1",
      development: false,
      async fetch() {
        const found = await at.blobs.find(staged.sha256);
        isFound = found !== null;
        return new Response(found?.body());
      },
    });
    const socket = connect(server.port ?? 0, "127.0.0.1");
    socket.write("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
    socket.pause();
    await until(() => isFound);
    await Bun.sleep(100);
    expect(await at.blobs.delete(staged.sha256)).toBe(false);
    socket.destroy();
    await until(async () => await at.blobs.delete(staged.sha256));
    expect(await at.blobs.find(staged.sha256)).toBeNull();
  });
});
