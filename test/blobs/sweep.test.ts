import { describe, expect, test } from "bun:test";
import { emptyTrash, sweepOrphans } from "../../src/blobs/mod.ts";
import { chunks, read, STORES, temporaryStore } from "./stores.ts";

const MAX = { maxBytes: 1_000_000 };
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const SOON = { trashMs: DAY_MS, olderThanMs: 0 };
const bytesOf = (text: string) => new TextEncoder().encode(text);

describe.each(Object.entries(STORES))("a sweep of the %s store", (_name, open) => {
  async function stored(...texts: string[]) {
    const at = await temporaryStore(open);
    const hashes: string[] = [];
    for (const text of texts) {
      using staged = await at.blobs.write(chunks(text), MAX);
      hashes.push(staged.sha256);
    }
    return { at, hashes };
  }

  test("trashes what the log does not need and keeps what it needs or somebody holds", async () => {
    const { at, hashes } = await stored("needed", "orphan");
    await using _at = at;
    const [needed = "", orphan = ""] = hashes;
    using held = await at.blobs.write(chunks("held"), MAX);
    at.use(async (sha256) => (sha256 === needed ? "needed" : "unnamed"));
    const swept = await sweepOrphans({ blobs: at.blobs, ...SOON });
    expect(swept).toEqual({ trashed: 1, trashedBytes: 6, erased: 0, erasedBytes: 0, putBack: 0, temporary: 0 });
    expect((await Array.fromAsync(at.blobs.list())).map(({ sha256 }) => sha256)).toEqual(
      [needed, held.sha256].toSorted(),
    );
    expect(await Array.fromAsync(at.blobs.listTrash())).toMatchObject([{ sha256: orphan, sizeBytes: 6 }]);
  });

  test("erases the trash when its grace period is over, and not before", async () => {
    const { at, hashes } = await stored("released");
    await using _at = at;
    const [sha256 = ""] = hashes;
    const emptied = (hours: number) =>
      emptyTrash({
        blobs: at.blobs,
        trashMs: DAY_MS,
        now: () => Date.now() + hours * HOUR_MS,
      });
    at.use(() => "released");
    expect(await at.blobs.delete(sha256)).toBe(true);
    expect(await emptied(23)).toEqual({ erased: 0, erasedBytes: 0, putBack: 0 });
    expect(await read(at.blobs, sha256)).toEqual(bytesOf("released"));
    expect(await emptied(25)).toEqual({ erased: 1, erasedBytes: 8, putBack: 0 });
    expect(await at.blobs.find(sha256)).toBeNull();
    expect(await at.blobs.cleanTemporary()).toBe(0);
  });

  test("erases the oldest released contents of a trash that is too large, and nothing that no event names", async () => {
    const { at, hashes } = await stored("unnamed", "first", "second", "third");
    await using _at = at;
    const [unnamed = "", first = "", second = "", third = ""] = hashes;
    for (const sha256 of hashes) {
      await at.blobs.delete(sha256, { toTrash: true });
      await Bun.sleep(5);
    }
    at.use((sha256) => (sha256 === unnamed ? "unnamed" : "released"));
    const swept = (blocks: number) => sweepOrphans({ blobs: at.blobs, ...SOON, trashBytes: blocks * 4096 });
    const left = async () => (await Array.fromAsync(at.blobs.listTrash())).map(({ sha256 }) => sha256).toSorted();
    expect(await swept(4)).toMatchObject({ erased: 0 });
    expect(await swept(3.9)).toMatchObject({ erased: 1, erasedBytes: 5 });
    expect(await left()).toEqual([unnamed, second, third].toSorted());
    expect(await swept(1)).toMatchObject({ erased: 2 });
    expect([await left(), await at.blobs.find(first)]).toEqual([[unnamed], null]);
  });

  test("puts back what the log needs, whatever its age, and serves it from the trash until then", async () => {
    const { at, hashes } = await stored("wronged");
    await using _at = at;
    const [sha256 = ""] = hashes;
    await at.blobs.delete(sha256, { toTrash: true });
    expect(await read(at.blobs, sha256)).toEqual(bytesOf("wronged"));
    await using local = await at.blobs.openLocal(sha256);
    expect(await Bun.file(local?.path ?? "").text()).toBe("wronged");
    await local?.release();
    const now = () => Date.now() + 365 * DAY_MS;
    at.use(() => "needed");
    expect(await emptyTrash({ blobs: at.blobs, trashMs: 0, now })).toMatchObject({ putBack: 1 });
    expect(await Array.fromAsync(at.blobs.list())).toMatchObject([{ sha256, sizeBytes: 7 }]);
    expect(await Array.fromAsync(at.blobs.listTrash())).toEqual([]);
    expect(await read(at.blobs, sha256)).toEqual(bytesOf("wronged"));
  });

  test("keeps a content that came again beside its copy in the trash", async () => {
    const { at, hashes } = await stored("again");
    await using _at = at;
    const [sha256 = ""] = hashes;
    for (let n = 0; n < 2; n++) {
      await at.blobs.delete(sha256, { toTrash: true });
      (await at.blobs.write(chunks("again"), MAX)).release();
    }
    at.use(() => "needed");
    expect(await emptyTrash({ blobs: at.blobs, trashMs: DAY_MS })).toMatchObject({ erased: 1 });
    expect(await read(at.blobs, sha256)).toEqual(bytesOf("again"));
    expect(await Array.fromAsync(at.blobs.listTrash())).toEqual([]);
  });

  test("leaves in the trash what somebody reads as a file", async () => {
    const { at, hashes } = await stored("being read");
    await using _at = at;
    const [sha256 = ""] = hashes;
    at.use(() => "released");
    await at.blobs.delete(sha256);
    const local = await at.blobs.openLocal(sha256);
    expect(await emptyTrash({ blobs: at.blobs, trashMs: 0 })).toMatchObject({ erased: 0 });
    await local?.release();
    expect(await emptyTrash({ blobs: at.blobs, trashMs: 0 })).toMatchObject({ erased: 1 });
  });

  test("beside a running server touches nothing of the last hour", async () => {
    const { at } = await stored("just now");
    await using _at = at;
    const soon = () => Date.now() + HOUR_MS - 60_000;
    const later = () => Date.now() + HOUR_MS + 60_000;
    await using beside = await open(at.dataDir);
    expect(await sweepOrphans({ blobs: beside, trashMs: DAY_MS, now: soon })).toMatchObject({ trashed: 0 });
    expect(await sweepOrphans({ blobs: beside, trashMs: DAY_MS, now: later })).toMatchObject({ trashed: 1 });
  });

  test("loses nothing when contents arrive, are named and let go while it runs", async () => {
    await using at = await temporaryStore(open);
    const rows = new Set<string>();
    for (let i = 0; i < 10; i++) (await at.blobs.write(chunks(`content ${i}`), MAX)).release();
    at.use(async (sha256) => {
      const isNamed = rows.has(sha256);
      await Bun.sleep(1);
      return isNamed ? "needed" : "unnamed";
    });
    const name = async (content: string) => {
      using staged = await at.blobs.write(chunks(content), MAX);
      await Bun.sleep(2);
      rows.add(staged.sha256);
    };
    const sweeping = (async () => {
      for (let i = 0; i < 5; i++) await sweepOrphans({ blobs: at.blobs, trashMs: 0, olderThanMs: 0 });
    })();
    await Promise.all([
      sweeping,
      ...Array.from({ length: 40 }, (_, i) => Bun.sleep(i).then(() => name(`content ${i % 10}`))),
    ]);
    expect(rows.size).toBe(10);
    for (const sha256 of rows) expect(await read(at.blobs, sha256)).not.toBeNull();
  });

  test("collects one content after the deletion of the last asset that needed it", async () => {
    const { at, hashes } = await stored("shared by two owners");
    await using _at = at;
    const [sha256 = ""] = hashes;
    at.use(() => "needed");
    expect(await at.blobs.delete(sha256)).toBe(false);
    at.use(() => "released");
    expect(await at.blobs.delete(sha256)).toBe(true);
    expect(await Array.fromAsync(at.blobs.listTrash())).toMatchObject([{ sha256 }]);
  });

  test("erases at once what no event ever named", async () => {
    const { at, hashes } = await stored("refused");
    await using _at = at;
    const [sha256 = ""] = hashes;
    expect(await at.blobs.delete(sha256)).toBe(true);
    expect(await at.blobs.find(sha256)).toBeNull();
    expect(await Array.fromAsync(at.blobs.listTrash())).toEqual([]);
  });
});
