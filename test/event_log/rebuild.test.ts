import { Database } from "bun:sqlite";
import { describe, expect, test } from "bun:test";
import { databasePath, replay } from "../../src/event_log/mod.ts";
import { rebuild } from "../../src/event_log/projections/rebuild.ts";
import {
  catalogue,
  METADATA,
  NoteErased,
  note,
  notes,
  notesProjection,
  openNotes,
  startProcess,
  temporaryDirectory,
  temporaryNotes,
  until,
} from "./notes.ts";

type Store = Awaited<ReturnType<typeof openNotes>>;

async function fill(store: Store, count: number): Promise<void> {
  const events = Array.from({ length: 500 }, (_, index) => note(`text ${index}`));
  for (let index = 0; index < count / 500; index++) {
    await store.log.append({ stream: `note-${index}`, expected: "none", events }, METADATA);
  }
}

function texts(store: Store): string[] {
  return store.read
    .select()
    .from(notes)
    .all()
    .map(({ text }) => text);
}

function shadows(db: Database): unknown[] {
  return db.query("SELECT name FROM sqlite_master WHERE name GLOB '*__rebuild*'").all();
}

describe("a start", () => {
  test("rebuilds a projection from events that are larger than a batch may be", async () => {
    using directory = temporaryDirectory();
    {
      using store = await openNotes(directory.dataDir);
      const events = Array.from({ length: 3 }, (_, index) => note(`${index}`.repeat(5_000_000)));
      for (const [index, event] of events.entries()) {
        await store.log.append({ stream: `fat-${index}`, expected: "none", events: [event] }, METADATA);
      }
      await fill(store, 500);
    }
    using again = await openNotes(directory.dataDir, { projections: [notesProjection(2)] });
    expect(again.rebuilt).toEqual(["notes"]);
    expect(texts(again).length).toBe(4);
  });

  test("rebuilds a projection whose version changed, and only then", async () => {
    using directory = temporaryDirectory();
    const { dataDir } = directory;
    {
      using first = await openNotes(dataDir);
      expect(first.rebuilt).toEqual(["notes"]);
      await first.log.append({ stream: "a", expected: "none", events: [note("quiet")] }, METADATA);
    }
    {
      using same = await openNotes(dataDir);
      expect(same.rebuilt).toEqual([]);
    }
    using changed = await openNotes(dataDir, { projections: [notesProjection(2, (text) => text.toUpperCase())] });
    expect(changed.rebuilt).toEqual(["notes"]);
    expect(texts(changed)).toEqual(["QUIET"]);
  });

  test("brings a projection up to the head that it was left behind of", async () => {
    using directory = temporaryDirectory();
    {
      using store = await openNotes(directory.dataDir);
      await store.log.append({ stream: "a", expected: "none", events: [note("one")] }, METADATA);
      store.db.run("DELETE FROM notes; UPDATE projection_checkpoints SET position = 0");
    }
    using again = await openNotes(directory.dataDir);
    expect(again.rebuilt).toEqual(["notes"]);
    expect(texts(again)).toEqual(["one"]);
  });

  test("forgets a projection that is gone, and builds it anew when it comes back", async () => {
    using directory = temporaryDirectory();
    const checkpoints = (store: Store) => store.db.query("SELECT name FROM projection_checkpoints").values();
    {
      using store = await openNotes(directory.dataDir);
      await store.log.append({ stream: "a", expected: "none", events: [note("one")] }, METADATA);
      expect(checkpoints(store)).toEqual([["notes"]]);
    }
    {
      using without = await openNotes(directory.dataDir, { projections: [] });
      await without.log.append({ stream: "b", expected: "none", events: [note("two")] }, METADATA);
      expect(checkpoints(without)).toEqual([]);
    }
    using back = await openNotes(directory.dataDir);
    expect(back.rebuilt).toEqual(["notes"]);
    expect(texts(back)).toEqual(["one", "two"]);
  });

  test("keeps the checkpoint at the head with every append", async () => {
    using store = await temporaryNotes();
    await store.log.append({ stream: "a", expected: "none", events: [note("one"), note("two")] }, METADATA);
    expect(store.db.query("SELECT * FROM projection_checkpoints").all()).toEqual([
      { name: "notes", version: 1, position: 2 },
    ]);
  });
});

describe("a replay", () => {
  test("gives the same rows and indexes, once and again, and leaves no shadow", async () => {
    using store = await temporaryNotes();
    const { dataDir, db } = store;
    await fill(store, 3_000);
    await store.log.append({ stream: "note-1", expected: "any", events: [NoteErased.of({})] }, METADATA);
    const rows = store.read.select().from(notes).all();
    const schema = () => db.query("SELECT type, name, tbl_name FROM sqlite_master ORDER BY name").all();
    const before = schema();
    for (const _round of [1, 2]) {
      expect(await replay({ dataDir, catalogue, projections: [notesProjection()] })).toBe(3_001);
      expect(store.read.select().from(notes).all()).toEqual(rows);
      expect(schema()).toEqual(before);
    }
    await store.log.append({ stream: "after", expected: "none", events: [note("still inline")] }, METADATA);
    expect(texts(store)).toContain("still inline");
  });

  test("mends rows that were changed by hand", async () => {
    using store = await temporaryNotes();
    await store.log.append({ stream: "a", expected: "none", events: [note("true")] }, METADATA);
    store.db.run("UPDATE notes SET text = 'false'; INSERT INTO notes VALUES ('ghost', 9, '', '[]', 0, NULL, '')");
    await replay({ dataDir: store.dataDir, catalogue, projections: [notesProjection()] });
    expect(texts(store)).toEqual(["true"]);
  });

  test("of a projection that throws changes nothing, and leaves no shadow", async () => {
    using store = await temporaryNotes();
    const { dataDir } = store;
    await store.log.append({ stream: "a", expected: "none", events: [note("kept")] }, METADATA);
    const broken = notesProjection(1, () => {
      throw new Error("A bug");
    });
    await expect(replay({ dataDir, catalogue, projections: [broken] })).rejects.toThrow("Cannot project NoteTaken");
    expect(texts(store)).toEqual(["kept"]);
    expect(shadows(store.db)).toEqual([]);
  });

  test("beside a process that appends loses nothing, and its reader never sees less than before", async () => {
    using store = await temporaryNotes();
    const { dataDir } = store;
    await fill(store, 20_000);
    const first = store.read.select().from(notes).all().length;
    await using other = startProcess("notes_process.ts", dataDir, "append until told");
    expect(await other.line()).toBe("ready");

    const reader = new Database(databasePath(dataDir), { readonly: true });
    const count = reader.prepare<{ rows: number }, []>("SELECT count(*) AS rows FROM notes");
    const seen: number[] = [];
    const looking = setInterval(() => seen.push(count.get()?.rows ?? -1), 1);
    for (const _round of [1, 2, 3]) {
      await replay({ dataDir, catalogue, projections: [notesProjection()] });
    }
    clearInterval(looking);
    other.child.stdin.write("stop\n");
    await other.child.stdin.flush();
    const appended = Number(await other.line());
    expect(await other.line()).toBe("done");
    count.finalize();
    reader.close();

    expect(appended).toBeGreaterThan(0);
    expect(seen).toEqual(seen.toSorted((a, b) => a - b));
    expect(seen[0]).toBeGreaterThanOrEqual(first);
    expect(store.read.select().from(notes).all()).toHaveLength(first + appended);
    expect(await store.log.head()).toBe(20_000 + appended);
  });

  test("by another process keeps this one's statements working, also those made before", async () => {
    using store = await temporaryNotes();
    await fill(store, 1_000);
    const byId = store.db.prepare<{ text: string }, [string]>("SELECT text FROM notes WHERE stream = ?");
    expect(byId.get("note-1")?.text).toBe("text 499");
    const insert = { stream: "note-1", expected: "any" as const };
    await store.log.append({ ...insert, events: [note("before")] }, METADATA);
    await using other = startProcess("notes_process.ts", store.dataDir, "rebuild");
    await other.child.exited;
    expect(byId.get("note-1")?.text).toBe("before");
    await store.log.append({ ...insert, events: [note("after")] }, METADATA);
    expect(byId.get("note-1")?.text).toBe("after");
    byId.finalize();
  });

  test("that is killed leaves the old rows in service, and the next start cleans up", async () => {
    using directory = temporaryDirectory();
    const { dataDir } = directory;
    {
      using store = await openNotes(dataDir);
      await fill(store, 30_000);
      const rows = store.read.select().from(notes).all();
      const other = startProcess("notes_process.ts", dataDir, "rebuild");
      expect(await other.line()).toBe("ready");
      other.child.kill("SIGKILL");
      await other.child.exited;
      expect(shadows(store.db)).not.toEqual([]);
      expect(store.read.select().from(notes).all()).toEqual(rows);
      await store.log.append({ stream: "on", expected: "none", events: [note("goes on")] }, METADATA);
    }
    using next = await openNotes(dataDir);
    expect(shadows(next.db)).toEqual([]);
    expect(next.rebuilt).toEqual([]);
    expect(texts(next)).toContain("goes on");
  });

  test("waits for another one to end, and says so when that takes too long", async () => {
    using store = await temporaryNotes();
    const { dataDir } = store;
    await fill(store, 30_000);
    await using other = startProcess("notes_process.ts", dataDir, "rebuild");
    expect(await other.line()).toBe("ready");
    const options = { dataDir, catalogue, projections: [notesProjection()] };
    await expect(replay({ ...options, waitMs: 0 })).rejects.toMatchObject({ code: "unavailable" });
    let waited = 0;
    expect(await replay({ ...options, onWait: () => waited++ })).toBe(30_000);
    expect(waited).toBe(1);
    await until(async () => (await other.child.exited) === 0);
  });

  test("without a database says so, and makes none", async () => {
    using directory = temporaryDirectory();
    const { dataDir } = directory;
    await expect(replay({ dataDir, catalogue, projections: [] })).rejects.toMatchObject({ code: "not_found" });
    expect(await Bun.file(databasePath(dataDir)).exists()).toBe(false);
  });

  test("looks rows up by an index of the live table, so that it does not read every row for each event", async () => {
    using store = await temporaryNotes();
    const { db } = store;
    const indexes = (table: string) =>
      db.query("SELECT name FROM sqlite_master WHERE type = 'index' AND sql NOT NULL AND tbl_name = ?").values(table);
    await fill(store, 1_000);
    const indexed: unknown[] = [];
    const projection = notesProjection();
    const watching = {
      ...projection,
      apply(...[rows, event]: Parameters<typeof projection.apply>) {
        rows.all(notes, { firstWord: "text" });
        if (indexed.length === 0) indexed.push(...indexes("notes__rebuild"));
        projection.apply(rows, event);
      },
    };
    await rebuild(db, [watching], { catalogue });
    expect(indexed).toEqual([["notes_by_word__rebuild"]]);
    expect(indexes("notes")).toEqual([["notes_by_word"]]);
    expect(shadows(db)).toEqual([]);
  });
});
