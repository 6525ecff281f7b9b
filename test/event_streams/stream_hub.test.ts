import { describe, expect, test } from "bun:test";
import { until } from "../event_log/notes.ts";
import { openHub, read, upTo } from "./note_hub.ts";

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
    const eventStreams = upTo(100).map((index) => at.open({ owner: index % 2 === 0 ? "ann" : "bob" }));
    expect([at.hub.count(), at.hub.count("ann"), at.hub.count("cid")]).toEqual([100, 50, 0]);
    for (const feed of eventStreams) feed.leave();
    for (const feed of eventStreams) feed.leave();
    expect(at.hub.count()).toBe(0);
    await at.take();
  });

  test("makes the frame of an event once for everybody", async () => {
    using at = await openHub();
    const eventStreams = [at.open(), at.open(), at.open()];
    const waiting = eventStreams.map((feed) => read(feed, 1));
    await at.take("a");
    await Promise.all(waiting);
    const frames = eventStreams.map((feed) => feed.next());
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
