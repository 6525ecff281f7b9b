import { describe, expect, test } from "bun:test";
import { waitFor } from "../../src/event_log/mod.ts";
import { METADATA, note, notes, temporaryNotes } from "./notes.ts";

describe("waiting for the read tables", () => {
  test("ends with what a later commit brought", async () => {
    using store = await temporaryNotes();
    const look = () => store.read.select().from(notes).get()?.text;
    const waiting = waitFor(store.log, look, { timeoutMs: 20_000 });
    await store.log.append({ stream: "a", expected: "none", events: [note("there")] }, METADATA);
    expect(await waiting).toBe("there");
  });

  test("ends at once when it is there already, also with no time to wait", async () => {
    using store = await temporaryNotes();
    expect(await waitFor(store.log, () => 0, { timeoutMs: 0 })).toBe(0);
    expect(await waitFor(store.log, () => undefined, { timeoutMs: 0 })).toBeUndefined();
  });

  test("ends empty when the time runs out or the signal comes, before or meanwhile", async () => {
    using store = await temporaryNotes();
    const never = () => undefined;
    expect(await waitFor(store.log, never, { timeoutMs: 10 })).toBeUndefined();
    expect(await waitFor(store.log, never, { timeoutMs: 60_000, signal: AbortSignal.abort() })).toBeUndefined();
    const signal = AbortSignal.timeout(10);
    expect(await waitFor(store.log, never, { timeoutMs: Number.POSITIVE_INFINITY, signal })).toBeUndefined();
  });

  test("fails with the look, at once or later, and leaves no listener", async () => {
    using store = await temporaryNotes();
    let looks = 0;
    const fails = () => {
      if (looks++ >= 1) throw new Error("The look failed");
    };
    const waiting = waitFor(store.log, fails, { timeoutMs: 20_000 });
    await store.log.append({ stream: "a", expected: "none", events: [note("x")] }, METADATA);
    await expect(waiting).rejects.toThrow("The look failed");
    await store.log.append({ stream: "b", expected: "none", events: [note("x")] }, METADATA);
    expect(looks).toBe(2);
  });
});
