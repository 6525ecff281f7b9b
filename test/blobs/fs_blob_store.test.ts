import { describe, expect, test } from "bun:test";
import { mkdir, readdir, stat, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { sweepOrphans } from "../../src/blobs/mod.ts";
import { chunks, read, temporaryStore } from "./stores.ts";

const MAX = { maxBytes: 64 * 1024 * 1024 };

describe("the fs blob store on disk", () => {
  test("names files by hash, two levels deep", async () => {
    await using at = await temporaryStore();
    using staged = await at.blobs.write(chunks("hello"), MAX);
    const { sha256 } = staged;
    const path = join(at.dataDir, "blobs", sha256.slice(0, 2), sha256.slice(2, 4), sha256);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect((await stat(join(path, ".."))).mode & 0o777).toBe(0o700);
    expect(await readdir(join(at.dataDir, "blobs/tmp"))).toEqual([]);
  });

  test("repairs a damaged file when the content is written again", async () => {
    await using at = await temporaryStore();
    using staged = await at.blobs.write(chunks("whole"), MAX);
    const { sha256 } = staged;
    const path = join(at.dataDir, "blobs", sha256.slice(0, 2), sha256.slice(2, 4), sha256);
    await writeFile(path, "wh");
    expect((await at.blobs.find(sha256))?.sizeBytes).toBe(2);
    using _again = await at.blobs.write(chunks("whole"), MAX);
    expect(await read(at.blobs, sha256)).toEqual(new TextEncoder().encode("whole"));
  });

  test("leaves nothing of a deleted content, neither its file nor a temporary one", async () => {
    await using at = await temporaryStore();
    const staged = await at.blobs.write(chunks("unneeded"), MAX);
    staged.release();
    expect(await at.blobs.delete(staged.sha256)).toBe(true);
    expect(await at.blobs.find(staged.sha256)).toBeNull();
    expect(await readdir(join(at.dataDir, "blobs/tmp"))).toEqual([]);
  });

  test("ignores strangers among its files", async () => {
    await using at = await temporaryStore();
    using staged = await at.blobs.write(chunks("mine"), MAX);
    await mkdir(join(at.dataDir, "blobs/lost+found"));
    await mkdir(join(at.dataDir, "blobs/zz/zz"), { recursive: true });
    await writeFile(join(at.dataDir, "blobs/.DS_Store"), "");
    await writeFile(join(at.dataDir, "blobs/ab"), "a file where a directory should be");
    const all = [];
    for await (const blob of at.blobs.list()) all.push(blob.sha256);
    expect(all).toEqual([staged.sha256]);
  });

  test("cleans the temporary files of a crash at start, and only old ones beside a server", async () => {
    await using at = await temporaryStore();
    const [old, fresh] = [join(at.dataDir, "blobs/tmp/old"), join(at.dataDir, "blobs/tmp/fresh")];
    await writeFile(old, "half a file");
    await utimes(old, new Date(0), new Date(0));
    await writeFile(fresh, "half a file");
    const unneeded = { blobs: at.blobs, trashMs: 0 };
    expect(await sweepOrphans(unneeded)).toMatchObject({ temporary: 1 });
    expect(await readdir(join(at.dataDir, "blobs/tmp"))).toEqual(["fresh"]);
    expect(await sweepOrphans({ ...unneeded, olderThanMs: 0 })).toMatchObject({ temporary: 1 });
  });
});
