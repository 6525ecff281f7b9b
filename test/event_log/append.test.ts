import { describe, expect, test } from "bun:test";
import { openDatabase } from "../../src/database/mod.ts";
import { databasePath, type Store } from "../../src/event_log/mod.ts";
import { METADATA, note, notes, openNotes, temporaryDirectory, temporaryNotes } from "./notes.ts";

/** Adds a measure to a store: the rows of its read table. */
function countOfNotes({ measures, read }: Pick<Store, "measures" | "read">, most: number) {
  measures.set("notes", () => read.select().from(notes).all().length);
  return { measure: "notes", of: "all", most };
}

describe("an append", () => {
  test("limit: is measured when all is written and projected", async () => {
    using store = await temporaryNotes();
    const limits = [countOfNotes(store, 0)];
    const write = { stream: "note-1", expected: "none" as const, events: [note("one")] };
    await expect(store.log.append(write, METADATA, { limits })).rejects.toMatchObject({ actual: 1 });
    expect(store.read.select().from(notes).all()).toEqual([]);
  });

  test("limit: is measured after the wait for another process's lock, so that of several only what fits is kept", async () => {
    using directory = temporaryDirectory();
    using store = await openNotes(directory.dataDir);
    using other = openDatabase(databasePath(directory.dataDir));
    const limits = [countOfNotes(store, 1)];
    other.run("BEGIN IMMEDIATE");
    const attempts = ["note-1", "note-2", "note-3"].map((stream) =>
      store.log.append({ stream, expected: "none", events: [note("one")] }, METADATA, { limits }),
    );
    await Bun.sleep(20);
    other.run("COMMIT");
    const outcomes = await Promise.allSettled(attempts);
    expect(outcomes.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected", "rejected"]);
    expect(await store.log.head()).toBe(1);
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

  test("keeps text of any kind as it is", async () => {
    using store = await temporaryNotes();
    const hostile = `\0 ' " \\ \u2028 \ud800 💡 ${"x".repeat(100_000)}`;
    await store.log.append({ stream: hostile.slice(2), expected: "none", events: [note(hostile)] }, METADATA);
    const [read] = await store.log.read({ after: 0, limit: 1 });
    expect(read?.data).toEqual({ text: hostile, tags: [], pinned: false });
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
