import { describe, expect, test } from "bun:test";
import type { RecordedEvent } from "../../src/event_log/mod.ts";
import { METADATA, note, startProcess, until } from "../event_log/notes.ts";
import { randomOf } from "../histories/mod.ts";
import { MAX_STALL_MS } from "../support/cpu.ts";
import { openHub, positionsIn, read, upTo } from "./note_hub.ts";

describe("a feed", () => {
  test.each([1, 2, 3, 4, 5])(
    "loses and repeats nothing, however reading, writing and joining interleave (seed %p)",
    async (seed) => {
      const random = randomOf(seed);
      using at = await openHub();
      const events = 700;
      const pause = async () => {
        if (random(3) === 0) await new Promise<void>((resolve) => setImmediate(resolve));
      };
      async function write(): Promise<void> {
        for (let index = 0; index < events; index++) {
          await at.take();
          await pause();
        }
      }
      async function follow(delay: number): Promise<number[]> {
        await until(() => at.store.head() >= delay);
        const positions: number[] = [];
        // Each client is cut again and again, and resumes after what it has seen.
        while (positions.length < events) {
          const feed = at.open({ after: positions.at(-1) ?? 0 });
          const lifetime = 1 + random(200);
          for (let got = 0; got < lifetime && positions.length < events; ) {
            const seen = positionsIn((await feed.next()) ?? new Uint8Array());
            positions.push(...seen);
            got += seen.length;
            await pause();
          }
          feed.leave();
        }
        return positions;
      }
      const [, ...followed] = await Promise.all([write(), follow(0), follow(1), follow(99), follow(101), follow(650)]);
      for (const positions of followed) expect(positions).toEqual(upTo(events));
      expect(at.hub.count()).toBe(0);
    },
  );

  test("reads a long log in pieces and leaves turns of the event loop to others", async () => {
    using at = await openHub();
    const events = Array.from({ length: 5_000 }, (_, index) => note(`${index}`));
    await at.store.log.append({ stream: "note-1", expected: "none", events }, { ...METADATA, owner: "ann" });
    await at.take();
    let turns = 0;
    const counting = setInterval(() => turns++, 0);
    expect(await read(at.open({ wants: ({ position }) => position > 5_000 }), 1)).toEqual([5_001]);
    clearInterval(counting);
    expect(turns).toBeGreaterThan(5);
  });

  test("waits for its owner's turn on a long way through the log, however many others are on theirs", async () => {
    using at = await openHub();
    const events = Array.from({ length: 2_500 }, (_, index) => note(`${index}`));
    await at.store.log.append({ stream: "note-1", expected: "none", events }, { ...METADATA, owner: "ann" });
    await at.store.log.append({ stream: "note-2", expected: "none", events }, { ...METADATA, owner: "bob" });
    const wants = ({ position }: { position: number }) => position > 5_000;
    await at.take("one", "bob");
    await at.take("one", "ann");
    const many = Array.from({ length: 40 }, () => read(at.open({ owner: "bob", wants }), 1));
    // The first look at the log is free.
    await new Promise<void>((resolve) => setImmediate(resolve));
    const before = at.reads();
    const mostInOneTurn = countReads(at.reads);
    expect(await read(at.open({ owner: "ann", wants }), 1)).toEqual([5_002]);
    // Twenty-five of its own, and about as many of Bob's forty streams.
    expect(at.reads() - before).toBeLessThan(150);
    expect(mostInOneTurn()).toBeLessThanOrEqual(3);
    expect(await Promise.all(many)).toEqual(many.map(() => [5_001]));
  });

  test("reads nothing of what others have, whatever it filters by and however much they have", async () => {
    using at = await openHub();
    const fat = Array.from({ length: 100 }, () => note("x".repeat(500_000)));
    await at.store.log.append({ stream: "note-1", expected: "none", events: fat }, { ...METADATA, owner: "bob" });
    const filters = [{}, { types: ["NoteTaken", "NoteErased"] }, { streams: ["note-1", "note-2"] }];
    const before = process.threadCpuUsage();
    const reading = Array.from({ length: 21 }, (_, index) => {
      const among = filters[index % 3] ?? {};
      return read(at.open({ owner: "ann", among }), 1);
    });
    await until(() => at.reads() === 21);
    const { user, system } = process.threadCpuUsage(before);
    // 50 MB of text, read and parsed 21 times, would take seconds.
    expect((user + system) / 1000).toBeLessThan(MAX_STALL_MS);
    expect(at.reads()).toBe(21);
    at.hub.close();
    await Promise.all(reading);
  });

  test("gives large events one after another, not all at once", async () => {
    using at = await openHub();
    for (let index = 0; index < 20; index++) await at.take("x".repeat(200_000));
    const feed = at.open();
    const sizes: number[] = [];
    for (let count = 0; count < 20; ) {
      const bytes = (await feed.next()) ?? new Uint8Array();
      count += positionsIn(bytes).length;
      sizes.push(bytes.byteLength);
    }
    expect(Math.max(...sizes)).toBeLessThan(900_000);
  });

  test("never carries what belongs to somebody else, live or from the log", async () => {
    using at = await openHub();
    await at.take("mine");
    await at.take("theirs", "bob");
    const feed = at.open();
    expect(await read(feed, 1)).toEqual([1]);
    await at.take("theirs", "bob");
    await at.take("mine");
    expect(await read(feed, 1)).toEqual([4]);
    expect(await read(at.open({ owner: "bob" }), 2)).toEqual([2, 3]);
  });

  test("hears of other processes' commits", async () => {
    using at = await openHub();
    await at.take();
    const feed = at.open();
    await read(feed, 1);
    await using other = startProcess("notes_process.ts", at.store.dataDir, "append", "30");
    await at.take();
    expect(await read(feed, 31)).toEqual(upTo(32).slice(1));
    await other.child.exited;
  });

  test("ends after the event that ends it, live and from the log", async () => {
    using at = await openHub();
    const isLast = (event: RecordedEvent) => event.position === 2;
    const live = at.open({ endsWith: isLast });
    const positions = read(live);
    for (let index = 0; index < 4; index++) await at.take();
    expect(await positions).toEqual([1, 2]);
    expect(await read(at.open({ endsWith: isLast }))).toEqual([1, 2]);
    expect(at.hub.count()).toBe(0);
  });

  test("ends when its client's access ends, and forgets the signal", async () => {
    using at = await openHub();
    const controller = new AbortController();
    const feed = at.open({ signal: controller.signal });
    const positions = read(feed);
    await at.take();
    await until(() => at.store.head() === 1);
    controller.abort();
    expect(await positions).toEqual([1]);
    expect(at.hub.count()).toBe(0);
    expect(await read(at.open({ signal: controller.signal }))).toEqual([]);
  });
});

/** Counts from now on; answers how many reads were the most between two turns of the event loop. */
function countReads(reads: () => number): () => number {
  let [most, last, isOver] = [0, reads(), false];
  function look(): void {
    most = Math.max(most, reads() - last);
    last = reads();
    if (!isOver) setImmediate(look);
  }
  setImmediate(look);
  return () => {
    isOver = true;
    return most;
  };
}
