import { describe, expect, test } from "bun:test";
import type { RecordedEvent } from "../../src/event_log/mod.ts";
import type { Feed, FeedOptions } from "../../src/feeds/feed.ts";
import { openingFrame } from "../../src/feeds/frame.ts";
import { createFeedHub } from "../../src/feeds/hub.ts";
import { createEventTeller, telling } from "../../src/history/mod.ts";
import { METADATA, NoteErased, NoteTaken, note, startProcess, temporaryNotes, until } from "../event_log/notes.ts";
import { randomOf } from "../histories/mod.ts";

const tell = createEventTeller([NoteTaken, NoteErased], {
  NoteTaken: telling(NoteTaken, ({ data }) => {
    if (data.text === "unspeakable") throw new Error("nobody can say that");
    return `A note was taken: ${data.text}`;
  }),
  NoteErased: telling(NoteErased, () => "A note was erased"),
});

/** A hub over a store of notes, where nothing ticks unless a test says so. */
async function openHub(options: { heartbeatMs?: number; maxQueuedBytes?: number } = {}) {
  const store = await temporaryNotes();
  const errors: unknown[] = [];
  const onError = (error: unknown) => void errors.push(error);
  const hub = createFeedHub({ log: store.log, tell, onError, heartbeatMs: 1_000_000, ...options });
  let cut = 0;
  let notes = 0;
  return {
    store,
    hub,
    errors,
    cutOffs: () => cut,
    take: async (text = `${++notes}`, owner = "ann") => {
      const stream = `note-${Bun.randomUUIDv7()}`;
      await store.log.append({ stream, expected: "none", events: [note(text)] }, { ...METADATA, owner });
    },
    open: (feed: Partial<FeedOptions> = {}) =>
      hub.open({
        owner: "ann",
        after: 0,
        opening: openingFrame(null),
        onCutOff: () => void cut++,
        ...feed,
      }),
    [Symbol.dispose]() {
      hub.close();
      store[Symbol.dispose]();
    },
  };
}

/** Reads until so many events have come, or the end; answers their positions. */
async function read(feed: Feed, count = Number.POSITIVE_INFINITY): Promise<number[]> {
  const positions: number[] = [];
  while (positions.length < count) {
    const bytes = await feed.next();
    if (bytes === null) break;
    positions.push(...positionsIn(bytes));
  }
  return positions;
}

function positionsIn(bytes: Uint8Array): number[] {
  const text = new TextDecoder().decode(bytes);
  expect(text).toEndWith("\n\n");
  return [...text.matchAll(/^id: (\d+)\nevent: /gm)].map((match) => Number(match[1]));
}

const upTo = (count: number) => Array.from({ length: count }, (_, index) => index + 1);

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
    await at.store.log.append({ stream: "note-1", expected: "none", events }, { ...METADATA, owner: "bob" });
    await at.take();
    let turns = 0;
    const counting = setInterval(() => turns++, 0);
    expect(await read(at.open(), 1)).toEqual([5_001]);
    clearInterval(counting);
    expect(turns).toBeGreaterThan(5);
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

describe("a client that does not keep up", () => {
  test("is cut off when too much waits for it, and resumes without loss", async () => {
    using at = await openHub({ maxQueuedBytes: 50_000 });
    const feed = at.open();
    const asked = read(feed, 1);
    await at.take("first");
    expect(await asked).toEqual([1]);
    for (let index = 0; index < 20; index++) await at.take("x".repeat(10_000));
    expect(at.cutOffs()).toBe(1);
    expect(at.hub.count()).toBe(0);
    expect(await feed.next()).toBeNull();
    expect(await read(at.open({ after: 1 }), 20)).toEqual(upTo(21).slice(1));
  });

  test("is not cut off for one event that is larger than that", async () => {
    using at = await openHub({ maxQueuedBytes: 1_000 });
    const feed = at.open();
    const asked = read(feed, 2);
    await at.take("first");
    await at.take("x".repeat(10_000));
    expect(await asked).toEqual([1, 2]);
    expect(at.cutOffs()).toBe(0);
  });

  test("is cut off when it takes nothing for several heartbeats", async () => {
    using at = await openHub({ heartbeatMs: 20 });
    const feed = at.open();
    await feed.next();
    await until(() => at.cutOffs() === 1);
    expect([await feed.next(), at.hub.count()]).toEqual([null, 0]);
  });

  test("does not hold up the others", async () => {
    using at = await openHub({ maxQueuedBytes: 10_000 });
    const slow = at.open();
    await slow.next();
    const quick = read(at.open(), 50);
    for (let index = 0; index < 50; index++) await at.take("x".repeat(1_000));
    expect(await quick).toEqual(upTo(50));
  });
});

describe("the hub", () => {
  test("sends comments to who waits, and no event is a comment", async () => {
    using at = await openHub({ heartbeatMs: 20 });
    const feed = at.open();
    const texts: string[] = [];
    for (let count = 0; count < 4; count++) texts.push(new TextDecoder().decode((await feed.next()) ?? undefined));
    expect(texts).toEqual(["retry: 2000\n\n", ": \n\n", ": \n\n", ": \n\n"]);
    expect(at.cutOffs()).toBe(0);
  });

  test("has one listener at the log and forgets whoever leaves", async () => {
    using at = await openHub();
    const feeds = upTo(100).map((index) => at.open({ owner: index % 2 === 0 ? "ann" : "bob" }));
    expect([at.hub.count(), at.hub.count("ann"), at.hub.count("cid")]).toEqual([100, 50, 0]);
    for (const feed of feeds) feed.leave();
    for (const feed of feeds) feed.leave();
    expect(at.hub.count()).toBe(0);
    await at.take();
  });

  test("makes the frame of an event once for everybody", async () => {
    using at = await openHub();
    const feeds = [at.open(), at.open(), at.open()];
    const waiting = feeds.map((feed) => read(feed, 1));
    await at.take("a");
    await Promise.all(waiting);
    const frames = feeds.map((feed) => feed.next());
    await at.take("b");
    const [one, two, three] = await Promise.all(frames);
    expect(one).toBe(two ?? null);
    expect(one).toBe(three ?? null);
  });

  test("ends streams at an event that cannot be told, rather than leave it out", async () => {
    using at = await openHub();
    const feed = at.open();
    await at.take("fine");
    expect(await read(feed, 1)).toEqual([1]);
    const rest = read(feed);
    await at.take("unspeakable");
    await at.take("fine");
    expect(await rest).toEqual([]);
    expect(at.errors.map(String)).toEqual(["Error: nobody can say that"]);
    const again = at.open({ after: 1 });
    await again.next();
    await expect(again.next()).rejects.toThrow("nobody can say that");
  });

  test("ends everything at its close and opens nothing more", async () => {
    using at = await openHub();
    const [one, two] = [at.open(), at.open()];
    const waiting = Promise.all([read(one), read(two)]);
    await at.take();
    at.hub.close();
    expect((await waiting).map((positions) => positions.length <= 1)).toEqual([true, true]);
    expect(at.hub.count()).toBe(0);
    expect(() => at.open()).toThrow("Cannot stream events: the server stops");
  });
});
