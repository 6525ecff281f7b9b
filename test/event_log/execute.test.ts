import { describe, expect, test } from "bun:test";
import { AppError } from "../../src/core/errors.ts";
import { type Decider, type EventOf, execute } from "../../src/event_log/mod.ts";
import { METADATA, NoteErased, NoteTaken, note, temporaryNotes } from "./notes.ts";

type NoteEvent = EventOf<typeof NoteTaken> | EventOf<typeof NoteErased>;

const decider: Decider<readonly string[], NoteEvent, string> = {
  events: [NoteTaken, NoteErased],
  initial: () => [],
  evolve: (texts, event) => (event.type === "NoteTaken" ? [...texts, event.data.text] : []),
  decide(texts, text) {
    if (text === "") throw new AppError("validation_failed", "Cannot take a note: it is empty");
    return texts.includes(text) ? [] : [note(text)];
  },
};

function at(store: Awaited<ReturnType<typeof temporaryNotes>>) {
  return { log: store.log, decider, stream: "note-1", id: "1", metadata: METADATA };
}

describe("a command", () => {
  test("folds the stream, decides and appends", async () => {
    using store = await temporaryNotes();
    await execute("one", at(store));
    const { state, version, events } = await execute("two", at(store));
    expect({ state, version }).toEqual({ state: ["one", "two"], version: 2 });
    expect(events.map(({ position }) => position)).toEqual([2]);
  });

  test("that changes nothing appends nothing", async () => {
    using store = await temporaryNotes();
    await execute("one", at(store));
    expect(await execute("one", at(store))).toEqual({ state: ["one"], version: 1, events: [] });
    expect(await store.log.head()).toBe(1);
  });

  test("that is refused leaves nothing", async () => {
    using store = await temporaryNotes();
    await expect(execute("", at(store))).rejects.toMatchObject({ code: "validation_failed" });
    expect(await store.log.head()).toBe(0);
  });

  test("decides again on what a rival wrote in between", async () => {
    using store = await temporaryNotes();
    let rivals = 3;
    const deciding = {
      ...decider,
      decide(texts: readonly string[], text: string) {
        const rival = { stream: "note-1", expected: "any" as const, events: [note(`rival ${rivals}`)] };
        if (rivals-- > 0) void store.log.append(rival, METADATA);
        return decider.decide(texts, text);
      },
    };
    const { state } = await execute("mine", { ...at(store), decider: deciding });
    expect(state).toEqual(["rival 3", "rival 2", "rival 1", "mine"]);
  });

  test("gives up with a conflict when rivals keep writing", async () => {
    using store = await temporaryNotes();
    const deciding = {
      ...decider,
      decide(texts: readonly string[], text: string) {
        void store.log.append({ stream: "note-1", expected: "any", events: [note("rival")] }, METADATA);
        return decider.decide(texts, text);
      },
    };
    await expect(execute("mine", { ...at(store), decider: deciding })).rejects.toMatchObject({ code: "conflict" });
  });

  test("of twenty at once on one stream none is lost", async () => {
    using store = await temporaryNotes();
    const texts = Array.from({ length: 20 }, (_, index) => `text ${index}`);
    await Promise.all(texts.map((text) => execute(text, at(store))));
    expect(await store.log.readStream("note-1")).toHaveLength(20);
  });

  test("is held to a precondition on each state that it is decided on", async () => {
    using store = await temporaryNotes();
    await execute("one", at(store));
    const seen: unknown[] = [];
    const precondition = (version: number, state: readonly string[]) => {
      seen.push([version, state]);
      throw new AppError("precondition_failed", "Cannot change the note: it has changed");
    };
    await expect(execute("two", { ...at(store), precondition })).rejects.toMatchObject({ code: "precondition_failed" });
    expect(seen).toEqual([[1, ["one"]]]);
  });
});
