import { describe, expect, test } from "bun:test";
import { collect, sweepOrphans } from "../../src/blobs/mod.ts";
import { chunks, read, STORES, temporaryStore } from "./stores.ts";

const MAX = { maxBytes: 1_000_000 };
const HOUR_MS = 3_600_000;

describe.each(Object.entries(STORES))("a sweep of the %s store", (_name, open) => {
  test("removes what no row needs and keeps what one needs or somebody holds", async () => {
    await using at = await temporaryStore(open);
    const needed = await at.blobs.write(chunks("needed"), MAX);
    const orphan = await at.blobs.write(chunks("orphan"), MAX);
    const held = await at.blobs.write(chunks("held"), MAX);
    needed.release();
    orphan.release();
    const isReferenced = async (sha256: string) => sha256 === needed.sha256;
    const swept = await sweepOrphans({ blobs: at.blobs, isReferenced, olderThanMs: 0 });
    expect(swept).toEqual({ blobs: 1, bytes: 6, temporary: 0 });
    expect(await read(at.blobs, orphan.sha256)).toBeNull();
    expect(await read(at.blobs, needed.sha256)).not.toBeNull();
    expect(await read(at.blobs, held.sha256)).not.toBeNull();
  });

  test("beside a running server touches nothing of the last hour", async () => {
    await using at = await temporaryStore(open);
    (await at.blobs.write(chunks("just now"), MAX)).release();
    const isReferenced = () => false;
    const soon = () => Date.now() + HOUR_MS - 60_000;
    const later = () => Date.now() + HOUR_MS + 60_000;
    await using beside = await open(at.dataDir);
    expect(await sweepOrphans({ blobs: beside, isReferenced, now: soon })).toMatchObject({ blobs: 0 });
    expect(await sweepOrphans({ blobs: beside, isReferenced, now: later })).toMatchObject({ blobs: 1, bytes: 8 });
  });

  test("loses nothing when contents arrive, are named and let go while it runs", async () => {
    await using at = await temporaryStore(open);
    const rows = new Set<string>();
    for (let i = 0; i < 10; i++) (await at.blobs.write(chunks(`content ${i}`), MAX)).release();
    const isReferenced = async (sha256: string) => {
      const answer = rows.has(sha256);
      await Bun.sleep(1);
      return answer;
    };
    const name = async (content: string) => {
      using staged = await at.blobs.write(chunks(content), MAX);
      await Bun.sleep(2);
      rows.add(staged.sha256);
    };
    const sweeping = (async () => {
      for (let i = 0; i < 5; i++) await sweepOrphans({ blobs: at.blobs, isReferenced, olderThanMs: 0 });
    })();
    await Promise.all([
      sweeping,
      ...Array.from({ length: 40 }, (_, i) => Bun.sleep(i).then(() => name(`content ${i % 10}`))),
    ]);
    expect(rows.size).toBe(10);
    for (const sha256 of rows) expect(await read(at.blobs, sha256)).not.toBeNull();
  });

  test("collects one content after the deletion of the last asset that needed it", async () => {
    await using at = await temporaryStore(open);
    using staged = await at.blobs.write(chunks("shared by two owners"), MAX);
    staged.release();
    const rows = new Set(["of ann", "of bob"]);
    const isReferenced = () => rows.size > 0;
    rows.delete("of ann");
    expect(await collect(staged.sha256, { blobs: at.blobs, isReferenced })).toBe(false);
    rows.delete("of bob");
    expect(await collect(staged.sha256, { blobs: at.blobs, isReferenced })).toBe(true);
  });
});
