import { describe, expect, test } from "bun:test";
import { createInMemoryEventLog, type EventLog } from "../../src/event_log/mod.ts";
import { createResponseCache } from "../../src/http/response/response_cache.ts";
import { catalogue, METADATA, note, openNotes, temporaryNotes, until } from "../event_log/notes.ts";

/** The head of a log through a cache, and how often it was really made. */
async function cachedHead(log: EventLog, clock = { now: 0 }) {
  const cache = createResponseCache(log, () => clock.now);
  let head = await log.head();
  log.subscribe((events) => {
    head = events.at(-1)?.position ?? head;
  });
  let made = 0;
  const make = () => {
    made++;
    return { text: String(head), etag: `"${head}"` };
  };
  return { cache, clock, made: () => made, get: (owner = "ann") => cache.json(owner, "head", make).text };
}

function append(log: EventLog) {
  return log.append({ stream: "note-1", expected: "any", events: [note("a")] }, METADATA);
}

describe("response cache", () => {
  test("get: makes a value once while nothing is appended", async () => {
    const head = await cachedHead(createInMemoryEventLog({ catalogue }));
    expect([head.get(), head.get(), head.made()]).toEqual(["0", "0", 1]);
  });

  test("get: sees an append of this process at once", async () => {
    using store = await temporaryNotes();
    const head = await cachedHead(store.log);
    for (let position = 1; position < 50; position++) {
      await append(store.log);
      expect(head.get()).toBe(String(position));
    }
  });

  test("get: sees an append within a listener that was added after the cache", async () => {
    const log = createInMemoryEventLog({ catalogue });
    const head = await cachedHead(log);
    expect(head.get()).toBe("0");
    const seen: string[] = [];
    log.subscribe(() => seen.push(head.get()));
    await append(log);
    expect(seen).toEqual(["1"]);
  });

  test("get: sees an append of another process", async () => {
    using store = await temporaryNotes();
    using other = await openNotes(store.dataDir);
    const head = await cachedHead(store.log);
    expect(head.get()).toBe("0");
    await append(other.log);
    await until(() => head.get() === "1");
  });

  test("get: keeps nothing for longer than a second, since a value may depend on the clock", async () => {
    const head = await cachedHead(createInMemoryEventLog({ catalogue }));
    head.get();
    head.clock.now = 999;
    head.get();
    expect(head.made()).toBe(1);
    head.clock.now = 1_000;
    head.get();
    expect(head.made()).toBe(2);
  });

  test("get: keeps owners apart, and nothing of a failure", async () => {
    const { cache } = await cachedHead(createInMemoryEventLog({ catalogue }));
    const failing = () => {
      throw new Error("not there");
    };
    const make = (text: string) => () => ({ text, etag: '"1"' });
    expect(() => cache.json("ann", "one", failing)).toThrow("not there");
    expect(cache.json("ann", "one", make("1")).text).toBe("1");
    expect(cache.json("bob", "one", make("2")).text).toBe("2");
    expect(cache.json("ann", "one", failing).text).toBe("1");
  });

  test("get: keeps 16 MiB at most, and makes what comes beyond each time", async () => {
    const { cache } = await cachedHead(createInMemoryEventLog({ catalogue }));
    let made = 0;
    const large = () => {
      made++;
      return { text: "x".repeat((5 * 1024 * 1024) / 2), etag: '"1"' };
    };
    for (const key of ["a", "b", "c", "d", "d", "a", "b", "c"]) cache.json("ann", key, large);
    expect(made).toBe(5);
  });
});
