import { describe, expect, test } from "bun:test";
import { chmodSync, statSync } from "node:fs";
import { databasePath, verify } from "../../src/event_log/mod.ts";
import { until } from "../support/until.ts";
import {
  catalogue,
  METADATA,
  note,
  notesProjection,
  openNotes,
  startProcess,
  temporaryDirectory,
  temporaryNotes,
} from "./notes.ts";

const projections = [notesProjection()];

async function fingerprint(path: string) {
  const { mtimeMs, size } = statSync(path);
  return { mtimeMs, size, sha256: Bun.SHA256.hash(await Bun.file(path).bytes(), "hex") };
}

describe("a verification", () => {
  test("finds nothing where the rows are what the log leads to", async () => {
    using store = await temporaryNotes();
    await store.log.append({ stream: "a", expected: "none", events: [note("one"), note("two")] }, METADATA);
    const progress: number[] = [];
    const onProgress = (position: number) => progress.push(position);
    expect(verify(databasePath(store.dataDir), projections, { catalogue, onProgress })).toEqual({
      events: 2,
      differences: [],
    });
    expect(progress).toEqual([2]);
  });

  test("reads a log of large events in pieces", async () => {
    using store = await temporaryNotes();
    const events = Array.from({ length: 60 }, () => note("x".repeat(500_000)));
    await store.log.append({ stream: "a", expected: "none", events }, METADATA);
    const progress: number[] = [];
    const onProgress = (position: number) => progress.push(position);
    expect(verify(databasePath(store.dataDir), projections, { catalogue, onProgress })).toEqual({
      events: 60,
      differences: [],
    });
    expect(progress.length).toBeGreaterThan(5);
    expect(progress.at(-1)).toBe(60);
  });

  test("finds nothing in an empty log", async () => {
    using store = await temporaryNotes();
    expect(verify(databasePath(store.dataDir), projections, { catalogue })).toEqual({ events: 0, differences: [] });
  });

  test("tells changed, missing and extra rows apart", async () => {
    using store = await temporaryNotes();
    for (const stream of ["changed", "kept", "missing"]) {
      await store.log.append({ stream, expected: "none", events: [note(stream)] }, METADATA);
    }
    store.db.run(
      "UPDATE notes SET editor = 'eve' WHERE stream = 'changed'; DELETE FROM notes WHERE stream = 'missing'",
    );
    store.db.run("INSERT INTO notes VALUES ('extra', 9, '', '[]', 0, NULL, '')");
    const { differences } = verify(databasePath(store.dataDir), projections, { catalogue });
    expect(differences).toMatchObject([
      { key: "stream=changed", live: { editor: "eve" }, rebuilt: { editor: null } },
      { key: "stream=extra", live: { text: "" }, rebuilt: null },
      { key: "stream=missing", live: null, rebuilt: { text: "missing" } },
    ]);
    expect(differences.every(({ projection, table }) => projection === "notes" && table === "notes")).toBe(true);
  });

  test("names only the first differences, and each of them rightly", async () => {
    using store = await temporaryNotes();
    for (let index = 0; index < 30; index++) {
      await store.log.append({ stream: `n${index + 10}`, expected: "none", events: [note("x")] }, METADATA);
    }
    store.db.run("UPDATE notes SET text = 'y' WHERE stream >= 'n20'; DELETE FROM notes WHERE stream < 'n20'");
    const { differences } = verify(databasePath(store.dataDir), projections, { catalogue, most: 3 });
    expect(differences.map(({ key, live, rebuilt }) => [key, live?.text ?? null, rebuilt?.text ?? null])).toEqual([
      ["stream=n20", "y", "x"],
      ["stream=n21", "y", "x"],
      ["stream=n22", "y", "x"],
      ["stream=n10", null, "x"],
      ["stream=n11", null, "x"],
      ["stream=n12", null, "x"],
    ]);
  });

  test("finds what a changed projection would make otherwise", async () => {
    using store = await temporaryNotes();
    await store.log.append({ stream: "a", expected: "none", events: [note("one")] }, METADATA);
    const changed = [notesProjection(2, (text) => text.toUpperCase())];
    const { differences } = verify(databasePath(store.dataDir), changed, { catalogue });
    expect(differences).toMatchObject([{ live: { text: "one" }, rebuilt: { text: "ONE" } }]);
  });

  test("only reads: the file is the same to the byte and the moment, also where nothing may be written", async () => {
    using directory = temporaryDirectory();
    const path = databasePath(directory.dataDir);
    {
      using store = await openNotes(directory.dataDir);
      await store.log.append({ stream: "a", expected: "none", events: [note("one")] }, METADATA);
    }
    const before = await fingerprint(path);
    chmodSync(path, 0o400);
    expect(verify(path, projections, { catalogue }).differences).toEqual([]);
    expect(await fingerprint(path)).toEqual(before);
  });

  test("looks at one moment, also beside a process that appends", async () => {
    using store = await temporaryNotes();
    await using other = startProcess("notes_process.ts", store.dataDir, "append until told");
    expect(await other.line()).toBe("ready");
    await until(async () => (await store.log.head()) > 0);
    for (let round = 0; round < 5; round++) {
      expect(verify(databasePath(store.dataDir), projections, { catalogue }).differences).toEqual([]);
      await Bun.sleep(10);
    }
  });

  test("of a database of an older release says so", async () => {
    using store = await temporaryNotes();
    store.db.run("DELETE FROM schema_migrations WHERE rowid = (SELECT max(rowid) FROM schema_migrations)");
    expect(() => verify(databasePath(store.dataDir), projections, { catalogue })).toThrow("of an older release");
  });
});
