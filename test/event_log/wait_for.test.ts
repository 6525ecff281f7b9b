import { describe, expect, test } from "bun:test";
import { waitFor } from "../../src/event_log/mod.ts";
import { METADATA, note, notes, temporaryNotes } from "./notes.ts";

const never = () => false;

describe("waitFor", () => {
  test("a later commit: ends with the value that it brought", async () => {
    using store = await temporaryNotes();
    const read = () => store.read.select().from(notes).get()?.text;
    const waiting = waitFor(store.log, read, { until: (text) => text !== undefined, timeoutMs: 20_000 });
    await store.log.append({ stream: "a", expected: "none", events: [note("there")] }, METADATA);
    expect(await waiting).toBe("there");
  });

  test("no time to wait: returns the present value, whether it is wanted or not", async () => {
    using store = await temporaryNotes();
    expect(await waitFor(store.log, () => 1, { until: (value) => value === 1, timeoutMs: 0 })).toBe(1);
    expect(await waitFor(store.log, () => 2, { until: (value) => value === 1, timeoutMs: 0 })).toBe(2);
  });

  test("the end of the time, and the signal before or meanwhile: return the value as it is then", async () => {
    using store = await temporaryNotes();
    let reads = 0;
    const read = () => ++reads;
    expect(await waitFor(store.log, read, { until: never, timeoutMs: 10 })).toBe(2);
    const aborted = AbortSignal.abort();
    expect(await waitFor(store.log, read, { until: never, timeoutMs: 60_000, signal: aborted })).toBe(3);
    const signal = AbortSignal.timeout(10);
    expect(await waitFor(store.log, read, { until: never, timeoutMs: Number.POSITIVE_INFINITY, signal })).toBe(5);
  });

  test("a failing read: fails at once or later, and leaves no listener", async () => {
    using store = await temporaryNotes();
    let reads = 0;
    const read = () => {
      if (reads++ >= 1) throw new Error("The read failed");
    };
    const waiting = waitFor(store.log, read, { until: never, timeoutMs: 20_000 });
    await store.log.append({ stream: "a", expected: "none", events: [note("x")] }, METADATA);
    await expect(waiting).rejects.toThrow("The read failed");
    await store.log.append({ stream: "b", expected: "none", events: [note("x")] }, METADATA);
    expect(reads).toBe(2);
  });
});
