import { describe, expect, test } from "bun:test";
import { createHash } from "node:crypto";
import { openStore } from "../../src/event_log/mod.ts";
import { checkChain } from "../../src/event_log/sqlite/check_chain.ts";
import type { EventRow } from "../../src/event_log/sqlite/read_events.ts";
import {
  catalogue,
  METADATA,
  NoteErased,
  note,
  notesProjection,
  openNotes,
  startProcess,
  temporaryDirectory,
  temporaryNotes,
  until,
} from "./notes.ts";

type Notes = Awaited<ReturnType<typeof openNotes>>;

/** Ten notes of three streams. */
async function tenNotes(store: Notes): Promise<void> {
  for (let index = 0; index < 10; index++) {
    await store.log.append({ stream: `s${index % 3}`, expected: "any", events: [note(`höhe ${index}`)] }, METADATA);
  }
}

/** Changes the file as an attacker would: without triggers. */
function tamper({ db }: Notes, ...statements: string[]): void {
  const triggers = db.query<{ name: string }, []>("SELECT name FROM sqlite_master WHERE type = 'trigger'").all();
  for (const { name } of triggers) db.run(`DROP TRIGGER ${name}`);
  for (const sql of statements) db.run(sql);
}

const INSERT = "INSERT INTO events (position, id, stream, version, type, schema_version, data, metadata, recorded_at)";
const EVENT = `'x', 'z', 1, 'NoteErased', 1, '{}', '{"owner":"ann","actor":"eve"}', '2026-01-01T00:00:00.000Z'`;

describe("the hash chain", () => {
  test("is whole after appends of one or several events to one or several streams", async () => {
    using store = await temporaryNotes();
    expect(checkChain(store.db)).toMatchObject({ events: 0, broken: null });
    await tenNotes(store);
    const writes = ["a", "b"].map((stream) => {
      return { stream, expected: "none", events: [note("one"), NoteErased.of({})] } as const;
    });
    await store.log.append(writes, METADATA);
    expect(checkChain(store.db)).toMatchObject({ events: 14, head: { position: 14 }, broken: null });
  });

  test("is what its description says, so that another program can follow it", async () => {
    using store = await temporaryNotes();
    await tenNotes(store);
    const rows = store.db.query<EventRow & { hash: Uint8Array }, []>(
      "SELECT events.*, hash FROM events JOIN event_hashes USING (position) ORDER BY position",
    );
    let before = Buffer.alloc(32);
    for (const { hash, ...row } of rows.all()) {
      const parts = Object.values(row).map((value) => Buffer.from(String(value)));
      const bytes = parts.flatMap((value) => [Buffer.from(`${value.byteLength}:`), value]);
      before = createHash("sha256")
        .update(Buffer.concat([before, ...bytes]))
        .digest();
      expect(Buffer.from(hash)).toEqual(before);
    }
    expect(checkChain(store.db).head.hash).toBe(before.toString("hex"));
  });

  test.each([
    ["changed", 4, [`UPDATE events SET data = replace(data, 'höhe', 'tiefe') WHERE position = 4`]],
    ["changed", 4, [`UPDATE events SET data = data || ' ' WHERE position = 4`]],
    ["changed", 1, [`UPDATE events SET metadata = '{"owner":"eve","actor":"test"}' WHERE position = 1`]],
    ["changed", 10, ["UPDATE events SET recorded_at = '2020-01-01T00:00:00.000Z' WHERE position = 10"]],
    ["changed", 2, ["UPDATE events SET type = 'NoteErased' WHERE position = 2"]],
    ["changed", 5, ["UPDATE events SET stream = 's9' WHERE position = 5"]],
    ["changed", 3, ["UPDATE events SET id = 'other' WHERE position = 3"]],
    ["changed", 3, ["UPDATE events SET version = 9 WHERE position = 3"]],
    ["changed", 3, ["UPDATE events SET schema_version = 2 WHERE position = 3"]],
    ["changed", 6, ["UPDATE event_hashes SET hash = zeroblob(32) WHERE position = 6"]],
    ["removed", 4, ["DELETE FROM events WHERE position = 4"]],
    ["removed", 4, ["DELETE FROM events WHERE position = 4", "DELETE FROM event_hashes WHERE position = 4"]],
    ["removed", 1, ["DELETE FROM events WHERE position <= 2", "DELETE FROM event_hashes WHERE position <= 2"]],
    ["removed", 10, ["DELETE FROM events WHERE position = 10"]],
    ["removed", 9, ["DELETE FROM events WHERE position >= 9", "DELETE FROM event_hashes WHERE position >= 9"]],
    ["removed", 1, ["DELETE FROM events", "DELETE FROM event_hashes"]],
    ["put in", 11, [`${INSERT} VALUES (11, ${EVENT})`]],
    ["put in", 4, ["DELETE FROM event_hashes WHERE position = 4"]],
    // One event less, and those after it moved up: the gap is closed, the chain is not.
    [
      "changed",
      4,
      [
        "DELETE FROM events WHERE position = 4",
        "UPDATE events SET position = position - 1 WHERE position > 4",
        "DELETE FROM event_hashes WHERE position = 10",
        "UPDATE sqlite_sequence SET seq = 9 WHERE name = 'events'",
      ],
    ],
    // One event more in the middle, and those after it moved on.
    [
      "changed",
      4,
      [
        "UPDATE events SET position = -position - 1 WHERE position >= 4",
        "UPDATE events SET position = -position WHERE position < 0",
        `${INSERT} VALUES (4, ${EVENT})`,
      ],
    ],
    // Two events in each other's place.
    [
      "changed",
      4,
      [
        "UPDATE events SET position = 99 WHERE position = 4",
        "UPDATE events SET position = 4 WHERE position = 5",
        "UPDATE events SET position = 5 WHERE position = 99",
      ],
    ],
  ])("names the first event that was %s: %p, after %j", async (what, position, statements) => {
    using store = await temporaryNotes();
    await tenNotes(store);
    tamper(store, ...statements);
    const { broken } = checkChain(store.db);
    expect(broken).toMatchObject({ what, position });
    expect(broken?.sentence).toContain(`event ${position} `);
  });

  test("does not let its hashes be changed, replaced or removed", async () => {
    using store = await temporaryNotes();
    await tenNotes(store);
    for (const sql of [
      "UPDATE event_hashes SET hash = zeroblob(32)",
      "DELETE FROM event_hashes",
      "INSERT OR REPLACE INTO event_hashes VALUES (3, zeroblob(32))",
    ]) {
      expect(() => store.db.run(sql)).toThrow("append-only");
    }
    expect(checkChain(store.db).broken).toBeNull();
  });

  test("is one chain, whoever appends: another process does it at the same time", async () => {
    using store = await temporaryNotes();
    await using other = startProcess("notes_process.ts", store.dataDir, "append until told");
    expect(await other.line()).toBe("ready");
    for (let index = 0; index < 50; index++) {
      await store.log.append({ stream: "mine", expected: "any", events: [note(`${index}`)] }, METADATA);
    }
    const isOthers = "SELECT count(*) AS n FROM events WHERE stream != 'mine'";
    await until(() => (store.db.query<{ n: number }, []>(isOthers).get()?.n ?? 0) > 10);
    // The other one still appends, so that only a transaction sees one moment.
    const checked = store.db.transaction(() => checkChain(store.db)).deferred();
    expect(checked.broken).toBeNull();
  });

  test("is not extended by an append that is taken back", async () => {
    using store = await temporaryNotes();
    await tenNotes(store);
    const attempt = store.log.append({ stream: "p", expected: "none", events: [note("poison")] }, METADATA);
    await expect(attempt).rejects.toThrow();
    await store.log.append({ stream: "p", expected: "none", events: [note("fine")] }, METADATA);
    expect(checkChain(store.db)).toMatchObject({ events: 11, broken: null });
  });

  test("of a log that is older than it is made when the log is migrated", async () => {
    using directory = temporaryDirectory();
    {
      using store = await openNotes(directory.dataDir);
      await tenNotes(store);
      tamper(store, "DROP TABLE event_hashes", "DELETE FROM schema_migrations WHERE tag = '0005_event_hashes'");
    }
    // The triggers that the tampering took away with it come back with the migration.
    using store = await reopened(directory.dataDir);
    expect(checkChain(store.db)).toMatchObject({ events: 10, broken: null });
    await store.log.append({ stream: "new", expected: "none", events: [note("after")] }, METADATA);
    expect(checkChain(store.db)).toMatchObject({ events: 11, broken: null });
    expect(() => store.db.run("DELETE FROM event_hashes")).toThrow("append-only");
  });
});

/** As a server opens it: `openNotes` would migrate first, without the code that belongs to the migrations. */
async function reopened(dataDir: string) {
  const store = await openStore({ dataDir, catalogue, projections: [notesProjection()] });
  return { ...store, [Symbol.dispose]: () => store.close() };
}

describe("a start", () => {
  test.each([
    [["UPDATE events SET data = '{\"text\": ' WHERE position = 7"], /event 7 \(NoteTaken of s0\): JSON/],
    [["UPDATE events SET data = '{}' WHERE position = 7"], /event 7 .*NoteTaken version 3: \/text/],
    [["UPDATE events SET type = 'NoteSung' WHERE position = 7"], /event 7 \(NoteSung of s0\).*not in the catalogue/],
    [["UPDATE events SET schema_version = 9 WHERE position = 7"], /event 7 .*this release knows 1 to 3/],
    [["UPDATE events SET metadata = 'x' WHERE position = 7"], /event 7 /],
    [["DELETE FROM events WHERE position = 7"], /event 7 was removed/],
    [[`${INSERT} VALUES (11, ${EVENT})`], /event 11 \(NoteErased, version 1 of z\) was put in/],
  ])("on a log damaged by %j is refused with a sentence that names the event", async (statements, says) => {
    using directory = temporaryDirectory();
    {
      using store = await openNotes(directory.dataDir);
      await tenNotes(store);
      tamper(store, ...statements);
    }
    const attempt = openNotes(directory.dataDir);
    await expect(attempt).rejects.toThrow(says);
    await expect(attempt).rejects.toThrow("Cannot open the event log: ");
  });

  test("looks at the last thousand events only, so that it is as fast on a long log", async () => {
    using directory = temporaryDirectory();
    {
      using store = await openNotes(directory.dataDir);
      const events = Array.from({ length: 1_100 }, () => note("x"));
      await store.log.append({ stream: "long", expected: "none", events }, METADATA);
      tamper(store, "UPDATE events SET data = replace(data, 'x', 'y') WHERE position = 50");
    }
    using store = await openNotes(directory.dataDir);
    expect(checkChain(store.db).broken).toMatchObject({ what: "changed", position: 50 });
  });
});
