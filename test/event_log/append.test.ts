import { describe, expect, test } from "bun:test";
import { openDatabase } from "../../src/database/mod.ts";
import { isExpected, VersionConflict } from "../../src/event_log/event_log.ts";
import { databasePath } from "../../src/event_log/mod.ts";
import {
  METADATA,
  NoteErased,
  NoteTaken,
  note,
  notes,
  openNotes,
  temporaryDirectory,
  temporaryNotes,
} from "./notes.ts";

describe("an append", () => {
  test("gives positions, versions, ids and the time, and reads back the same", async () => {
    using store = await temporaryNotes({ now: () => new Date("2026-01-02T03:04:05.678Z") });
    const written = await store.log.append(
      { stream: "note-1", expected: "none", events: [note("one"), NoteErased.of({})] },
      METADATA,
    );
    expect(written).toMatchObject([
      { position: 1, stream: "note-1", version: 1, type: "NoteTaken", schemaVersion: 3, metadata: METADATA },
      { position: 2, stream: "note-1", version: 2, type: "NoteErased", recordedAt: "2026-01-02T03:04:05.678Z" },
    ]);
    expect(written[0]?.id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-/);
    expect(await store.log.readStream("note-1")).toEqual([...written]);
    expect(await store.log.read({ after: 0, limit: 10 })).toEqual([...written]);
    expect(await store.log.head()).toBe(2);
  });

  test.each([
    ["none", 0, true],
    ["none", 1, false],
    ["exists", 0, false],
    ["exists", 3, true],
    ["any", 0, true],
    ["any", 3, true],
    [3, 3, true],
    [3, 2, false],
    [3, 4, false],
    [0, 0, true],
    [0, 1, false],
  ] as const)("that expects %p of a stream at version %p is taken: %p", (expected, actual, taken) => {
    expect(isExpected(expected, actual)).toBe(taken);
  });

  test.each(["none", 5, 1] as const)("that expects %p is refused by a stream at version 2", async (expected) => {
    using store = await temporaryNotes();
    await store.log.append({ stream: "note-1", expected: "none", events: [note("a"), note("b")] }, METADATA);
    const attempt = store.log.append({ stream: "note-1", expected, events: [note("c")] }, METADATA);
    await expect(attempt).rejects.toThrow(VersionConflict);
    expect(await store.log.head()).toBe(2);
  });

  test("that expects 'exists' is refused by a stream without events", async () => {
    using store = await temporaryNotes();
    const attempt = store.log.append({ stream: "note-1", expected: "exists", events: [note("a")] }, METADATA);
    await expect(attempt).rejects.toThrow("Cannot append to note-1: expected 'exists', it is at version 0");
    expect(await store.log.head()).toBe(0);
  });

  test("asks its check when all is written and projected, and undoes it when that throws", async () => {
    using store = await temporaryNotes();
    const check = () => {
      expect(store.read.select().from(notes).all()).toHaveLength(1);
      throw new Error("not like this");
    };
    const write = { stream: "note-1", expected: "none" as const, events: [note("one")] };
    await expect(store.log.append(write, METADATA, { check })).rejects.toThrow("not like this");
    expect(await store.log.head()).toBe(0);
    expect(store.read.select().from(notes).all()).toEqual([]);
    expect(await store.log.append(write, METADATA, { check: () => {} })).toMatchObject([{ position: 1, version: 1 }]);
  });

  test("asks its check after the wait for another process's lock, so that of two only what fits is kept", async () => {
    using directory = temporaryDirectory();
    using store = await openNotes(directory.dataDir);
    using other = openDatabase(databasePath(directory.dataDir));
    const check = () => {
      if (store.read.select().from(notes).all().length > 1) throw new Error("one is enough");
    };
    other.run("BEGIN IMMEDIATE");
    const attempts = ["note-1", "note-2", "note-3"].map((stream) =>
      store.log.append({ stream, expected: "none", events: [note("one")] }, METADATA, { check }),
    );
    await Bun.sleep(20);
    other.run("COMMIT");
    const outcomes = await Promise.allSettled(attempts);
    expect(outcomes.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected", "rejected"]);
    expect(await store.log.head()).toBe(1);
  });

  test("to several streams writes all or nothing", async () => {
    using store = await temporaryNotes();
    await store.log.append({ stream: "note-2", expected: "none", events: [note("there")] }, METADATA);
    const attempt = store.log.append(
      [
        { stream: "note-1", expected: "none", events: [note("new")] },
        { stream: "note-2", expected: "none", events: [note("conflict")] },
      ],
      METADATA,
    );
    await expect(attempt).rejects.toThrow(VersionConflict);
    expect(await store.log.readStream("note-1")).toEqual([]);
    expect(store.read.select().from(notes).all()).toHaveLength(1);
    const written = await store.log.append(
      [
        { stream: "note-1", expected: "none", events: [note("new")] },
        { stream: "note-2", expected: 1, events: [note("agreed")] },
        { stream: "note-1", expected: 1, events: [note("twice in one append")] },
      ],
      METADATA,
    );
    expect(written.map(({ stream, version }) => `${stream}@${version}`)).toEqual(["note-1@1", "note-2@2", "note-1@2"]);
  });

  test("that fails leaves no gap in the positions", async () => {
    using store = await temporaryNotes();
    await store.log.append({ stream: "a", expected: "none", events: [note("one")] }, METADATA);
    const attempt = store.log.append(
      { stream: "b", expected: "none", events: [note("fine"), note("poison")] },
      METADATA,
    );
    await expect(attempt).rejects.toThrow("Cannot project NoteTaken at position 3 into notes");
    const [next] = await store.log.append({ stream: "c", expected: "none", events: [note("two")] }, METADATA);
    expect(next?.position).toBe(2);
  });

  test("whose projection throws leaves no event and no row", async () => {
    using store = await temporaryNotes();
    const attempt = store.log.append({ stream: "a", expected: "none", events: [note("ok"), note("poison")] }, METADATA);
    await expect(attempt).rejects.toThrow("Cannot project");
    expect(await store.log.readStream("a")).toEqual([]);
    expect(store.read.select().from(notes).all()).toEqual([]);
  });

  test("is seen in the read tables as soon as it is done", async () => {
    using store = await temporaryNotes();
    await store.log.append({ stream: "a", expected: "none", events: [note("mine")] }, METADATA);
    expect(store.read.select().from(notes).all()).toMatchObject([{ stream: "a", text: "mine" }]);
  });

  test.each([
    ["an unknown type", { type: "NoteSung", schemaVersion: 1, data: {} }, "not in the catalogue"],
    ["data that does not fit", { type: "NoteTaken", schemaVersion: 3, data: { text: 1 } }, "Cannot accept NoteTaken"],
    ["an older version", { type: "NoteTaken", schemaVersion: 1, data: { body: "x" } }, "only the newest is written"],
    ["a newer version", { type: "NoteTaken", schemaVersion: 4, data: {} }, "only the newest is written"],
    ["no data", { type: "NoteErased", schemaVersion: 1, data: undefined }, "Cannot accept NoteErased"],
    ["not a number", { type: "NoteTaken", schemaVersion: 3, data: { text: Number.NaN } }, "Cannot accept NoteTaken"],
  ])("refuses %s", async (_what, event, reason) => {
    using store = await temporaryNotes();
    const attempt = store.log.append({ stream: "a", expected: "any", events: [event] }, METADATA);
    await expect(attempt).rejects.toThrow(reason);
    expect(await store.log.head()).toBe(0);
  });

  test("keeps text of any kind as it is", async () => {
    using store = await temporaryNotes();
    const hostile = `\0 ' " \\ \u2028 \ud800 💡 ${"x".repeat(100_000)}`;
    await store.log.append({ stream: hostile.slice(2), expected: "none", events: [note(hostile)] }, METADATA);
    const [read] = await store.log.read({ after: 0, limit: 1 });
    expect(read?.data).toEqual({ text: hostile, tags: [], pinned: false });
  });

  test("hands projections what the log has, not what the caller holds", async () => {
    using store = await temporaryNotes();
    const data = { text: "before", tags: ["x"], pinned: false };
    const appending = store.log.append({ stream: "a", expected: "none", events: [NoteTaken.of(data)] }, METADATA);
    data.tags.push("later");
    const [recorded] = await appending;
    expect(recorded?.data).toMatchObject({ tags: ["x"] });
  });

  test("to a full disk is refused as unavailable, and goes on once there is room", async () => {
    using store = await temporaryNotes();
    const { page_count: pages } = store.db.query<{ page_count: number }, []>("PRAGMA page_count").get() ?? {
      page_count: 0,
    };
    store.db.run(`PRAGMA max_page_count = ${pages}`);
    const big = () => store.log.append({ stream: "a", expected: "any", events: [note("x".repeat(500_000))] }, METADATA);
    await expect(big()).rejects.toMatchObject({
      code: "unavailable",
      message: expect.stringContaining("the disk is full"),
    });
    store.db.run("PRAGMA max_page_count = 1000000");
    expect(await big()).toHaveLength(1);
  });
});

describe("the log", () => {
  test.each([
    "UPDATE events SET type = 'x'",
    "UPDATE OR REPLACE events SET id = 'x'",
    "DELETE FROM events",
    "INSERT OR REPLACE INTO events SELECT * FROM events",
    "INSERT OR REPLACE INTO events (id, stream, version, type, schema_version, data, metadata, recorded_at) SELECT id, 's', 9, 'x', 1, '', '', '' FROM events",
    "INSERT OR REPLACE INTO events (id, stream, version, type, schema_version, data, metadata, recorded_at) SELECT 'other', stream, version, 'x', 1, '', '', '' FROM events",
    "INSERT INTO events SELECT * FROM events WHERE true ON CONFLICT DO UPDATE SET type = 'x'",
  ])("refuses %s", async (sql) => {
    using store = await temporaryNotes();
    const before = await store.log.append({ stream: "a", expected: "none", events: [note("kept")] }, METADATA);
    expect(() => store.db.run(sql)).toThrow("append-only");
    expect(await store.log.read({ after: 0, limit: 10 })).toEqual([...before]);
  });

  test("reads by stream and type, after a position, up to a limit", async () => {
    using store = await temporaryNotes();
    for (const stream of ["a", "b", "c"]) {
      await store.log.append({ stream, expected: "none", events: [note(stream), NoteErased.of({})] }, METADATA);
    }
    const positions = async (options: { streams?: string[]; types?: string[]; after?: number; limit?: number }) =>
      (await store.log.read({ after: 0, limit: 100, ...options })).map(({ position }) => position);
    expect(await positions({ streams: ["c", "a"] })).toEqual([1, 2, 5, 6]);
    expect(await positions({ types: ["NoteErased"] })).toEqual([2, 4, 6]);
    expect(await positions({ types: ["NoteErased"], streams: ["b", "c"], after: 4 })).toEqual([6]);
    expect(await positions({ after: 2, limit: 2 })).toEqual([3, 4]);
    expect(await positions({ streams: [] })).toEqual([]);
  });

  test("reads old versions of an event as the newest one", async () => {
    using store = await temporaryNotes();
    const insert = store.db.prepare(
      "INSERT INTO events (id, stream, version, type, schema_version, data, metadata, recorded_at) VALUES (?, 'old', ?, 'NoteTaken', ?, ?, '{}', '')",
    );
    insert.run("id-1", 1, 1, JSON.stringify({ body: "from version 1" }));
    insert.run("id-2", 2, 2, JSON.stringify({ body: "from version 2", tags: ["t"] }));
    const read = await store.log.readStream("old");
    expect(read.map(({ data, schemaVersion }) => ({ data, schemaVersion }))).toEqual([
      { schemaVersion: 3, data: { text: "from version 1", tags: [], pinned: false } },
      { schemaVersion: 3, data: { text: "from version 2", tags: ["t"], pinned: false } },
    ]);
    insert.run("id-3", 3, 9, "{}");
    await expect(store.log.readStream("old")).rejects.toThrow("this release knows 1 to 3");
  });
});
