import { describe, expect, test } from "bun:test";
import type { RecordedEvent } from "../../src/event_log/mod.ts";
import { METADATA, note, startProcess, temporaryNotes, until } from "./notes.ts";

describe("a subscriber of the log", () => {
  test("hears of another process's commits, in order, once each, and between its own", async () => {
    using store = await temporaryNotes();
    const told: RecordedEvent[] = [];
    store.log.subscribe((events) => told.push(...events));
    await using other = startProcess("notes_process.ts", store.dataDir, "append", "150");
    expect(await other.line()).toBe("ready");
    for (let index = 0; index < 50; index++) {
      await store.log.append({ stream: `mine-${index}`, expected: "none", events: [note(`mine ${index}`)] }, METADATA);
      await Bun.sleep(2);
    }
    expect(await other.line()).toBe("done");
    await until(() => told.length >= 200);
    expect(told.map(({ position }) => position)).toEqual(Array.from({ length: 200 }, (_, index) => index + 1));
    expect(told.filter(({ stream }) => stream.startsWith("other-"))).toHaveLength(150);
  });

  test("hears of another process's commits also when its own process writes nothing", async () => {
    using store = await temporaryNotes();
    const told: string[] = [];
    store.log.subscribe((events) => told.push(...events.map(({ stream }) => stream)));
    await using other = startProcess("notes_process.ts", store.dataDir, "append", "2");
    await other.child.exited;
    await until(() => told.length === 2);
    expect(told).toEqual(["other-0", "other-1"]);
  });

  test("is not told of a commit that this release cannot read, and the server goes on", async () => {
    const errors: unknown[] = [];
    using store = await temporaryNotes({ onError: (error) => errors.push(error) });
    store.db.run(
      `INSERT INTO events (id, stream, version, type, schema_version, data, metadata, recorded_at)
       VALUES ('x', 'a', 1, 'NoteSung', 1, '{}', '{}', '')`,
    );
    const [written] = await store.log.append({ stream: "b", expected: "none", events: [note("1")] }, METADATA);
    expect(written?.position).toBe(2);
    expect(String(errors[0])).toContain("Cannot handle the event type NoteSung");
  });
});
