import { describe, expect, test } from "bun:test";
import { type EventLog, type RecordedEvent, StaleDecision, VersionConflict } from "../../src/event_log/mod.ts";
import { METADATA, NoteErased, NoteTaken, note } from "./notes.ts";

/** Options for opening an adapter's log in the suite. */
export interface ConformanceOptions {
  readonly now?: () => Date;
  readonly measures?: ReadonlyMap<string, (of: string) => number>;
  readonly onError?: (error: unknown) => void;
}

/** An empty log of notes, with a projection that refuses the note "poison". */
export interface OpenedLog extends AsyncDisposable {
  readonly log: EventLog;
}

/** The error that a promise is rejected with; null when it resolves. */
async function errorOf(promise: Promise<unknown>): Promise<unknown> {
  return await promise.then(
    () => null,
    (error: unknown) => error,
  );
}

/** Proves that an adapter keeps every promise of the {@linkcode EventLog} port. */
export function describeEventLog(adapter: string, open: (options?: ConformanceOptions) => Promise<OpenedLog>): void {
  const first = (text = "one") => ({ stream: "a", expected: "none" as const, events: [note(text)] });

  describe(`${adapter}: append`, () => {
    test("append: gives positions, versions, ids and the time, and reads back the same", async () => {
      await using opened = await open({ now: () => new Date("2026-01-02T03:04:05.678Z") });
      const { log } = opened;
      const written = await log.append(
        { stream: "a", expected: "none", events: [note("one"), NoteErased.of({})] },
        METADATA,
      );
      expect(written).toMatchObject([
        { position: 1, stream: "a", version: 1, type: "NoteTaken", schemaVersion: 3, metadata: METADATA },
        { position: 2, stream: "a", version: 2, type: "NoteErased", recordedAt: "2026-01-02T03:04:05.678Z" },
      ]);
      expect(written[0]?.id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-/);
      expect(await log.readStream("a")).toEqual([...written]);
      expect(await log.read({ after: 0, limit: 10 })).toEqual([...written]);
      expect({ head: await log.head(), version: await log.versionOf("a"), none: await log.versionOf("b") }).toEqual({
        head: 2,
        version: 2,
        none: 0,
      });
    });

    test.each([
      ["none", 0, true],
      ["none", 2, false],
      ["exists", 0, false],
      ["exists", 2, true],
      ["any", 0, true],
      ["any", 2, true],
      [2, 2, true],
      [1, 2, false],
      [3, 2, false],
      [0, 0, true],
      [0, 2, false],
    ] as const)(
      "expected version: %p of a stream at version %p is accepted: %p",
      async (expected, actual, accepted) => {
        await using opened = await open();
        const { log } = opened;
        if (actual > 0) {
          await log.append({ stream: "a", expected: "none", events: [note("1"), note("2")] }, METADATA);
        }
        const attempt = log.append({ stream: "a", expected, events: [note("next")] }, METADATA);
        expect(await errorOf(attempt)).toEqual(accepted ? null : expect.any(VersionConflict));
        expect(await log.versionOf("a")).toBe(accepted ? actual + 1 : actual);
      },
    );

    test("several streams: all or nothing, and a stream named twice counts on", async () => {
      await using opened = await open();
      const { log } = opened;
      await log.append({ stream: "b", expected: "none", events: [note("there")] }, METADATA);
      const conflicting = [first("new"), { stream: "b", expected: "none" as const, events: [note("conflict")] }];
      await expect(log.append(conflicting, METADATA)).rejects.toBeInstanceOf(VersionConflict);
      expect(await log.readStream("a")).toEqual([]);
      const written = await log.append(
        [
          first("new"),
          { stream: "b", expected: 1, events: [note("agreed")] },
          { stream: "a", expected: 1, events: [note("again")] },
        ],
        METADATA,
      );
      expect(written.map(({ stream, version }) => `${stream}@${version}`)).toEqual(["a@1", "b@2", "a@2"]);
    });

    test("two appends at once: exactly one of the same expected version is accepted", async () => {
      await using opened = await open();
      const { log } = opened;
      const outcomes = await Promise.allSettled(
        Array.from({ length: 20 }, (_, index) => log.append(first(`${index}`), METADATA)),
      );
      expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
      expect(await log.head()).toBe(1);
    });

    test("a failed projection: leaves no event and no gap in the positions", async () => {
      await using opened = await open();
      const { log } = opened;
      await log.append(first(), METADATA);
      const attempt = log.append({ stream: "b", expected: "none", events: [note("ok"), note("poison")] }, METADATA);
      await expect(attempt).rejects.toThrow("Cannot project NoteTaken at position 3 into notes");
      expect(await log.readStream("b")).toEqual([]);
      const [next] = await log.append({ stream: "c", expected: "none", events: [note("two")] }, METADATA);
      expect(next?.position).toBe(2);
    });

    test("limits: an append that would exceed one writes nothing, and says by how much", async () => {
      await using opened = await open({ measures: new Map([["size", (of) => of.length]]) });
      const { log } = opened;
      const within = (most: number) => ({ limits: [{ measure: "size", of: "seven77", most }] });
      await expect(log.append(first(), METADATA, within(6))).rejects.toMatchObject({
        limit: { measure: "size", of: "seven77", most: 6 },
        actual: 7,
      });
      expect(await log.head()).toBe(0);
      expect(await log.append(first(), METADATA, within(7))).toMatchObject([{ position: 1, version: 1 }]);
    });

    test("limits: of an unknown measure is a bug, and writes nothing", async () => {
      await using opened = await open();
      const limits = [{ measure: "size", of: "ann", most: 1 }];
      await expect(opened.log.append(first(), METADATA, { limits })).rejects.toThrow("no measure 'size'");
      expect(await opened.log.head()).toBe(0);
    });

    test.each([
      ["an unknown type", { type: "NoteSung", schemaVersion: 1, data: {} }, "not in the catalogue"],
      ["data that does not fit", { type: "NoteTaken", schemaVersion: 3, data: { text: 1 } }, "Cannot accept NoteTaken"],
      ["an older version", { type: "NoteTaken", schemaVersion: 1, data: { body: "x" } }, "only the newest is written"],
      ["a newer version", { type: "NoteTaken", schemaVersion: 4, data: {} }, "only the newest is written"],
      ["no data", { type: "NoteErased", schemaVersion: 1, data: undefined }, "Cannot accept NoteErased"],
      ["not a number", { type: "NoteTaken", schemaVersion: 3, data: { text: Number.NaN } }, "Cannot accept NoteTaken"],
    ])("validation: refuses %s", async (_what, event, reason) => {
      await using opened = await open();
      const { log } = opened;
      await expect(log.append({ stream: "a", expected: "any", events: [event] }, METADATA)).rejects.toThrow(reason);
      expect(await log.head()).toBe(0);
    });

    test("big and hostile text: is kept as it is", async () => {
      await using opened = await open();
      const { log } = opened;
      const hostile = `\0 ' " \\ \u2028 💡 ${"x".repeat(1_000_000)}`;
      await log.append({ stream: hostile.slice(2, 40), expected: "none", events: [note(hostile)] }, METADATA);
      const [read] = await log.read({ after: 0, limit: 1 });
      expect(read?.data).toEqual({ text: hostile, tags: [], pinned: false });
    });

    test("the writer's objects: are not shared with the log", async () => {
      await using opened = await open();
      const data = { text: "before", tags: ["x"], pinned: false };
      const appending = opened.log.append(
        { stream: "a", expected: "none", events: [NoteTaken.of(data)] },
        { ...METADATA },
      );
      data.tags.push("later");
      expect((await appending)[0]?.data).toMatchObject({ tags: ["x"] });
      expect((await opened.log.readStream("a"))[0]?.data).toMatchObject({ tags: ["x"] });
    });

    test("a clock that steps back: recordedAt never does", async () => {
      const times = ["2026-01-02T00:00:00.000Z", "2026-01-01T00:00:00.000Z", "2026-01-03T00:00:00.000Z"];
      await using opened = await open({ now: () => new Date(times.shift() ?? 0) });
      const { log } = opened;
      for (const stream of ["a", "b", "c"]) {
        await log.append({ stream, expected: "none", events: [note(stream)] }, METADATA);
      }
      const recorded = await log.read({ after: 0, limit: 10 });
      expect(recorded.map(({ recordedAt }) => recordedAt.slice(0, 10))).toEqual([
        "2026-01-02",
        "2026-01-02",
        "2026-01-03",
      ]);
    });

    test("positionAt: is the last event until a time, and the head from now on", async () => {
      const second = (s: number) => new Date(Date.UTC(2026, 0, 1, 0, 0, s));
      let clock = 0;
      await using opened = await open({ now: () => second(clock) });
      const { log } = opened;
      expect(await log.positionAt(second(-1))).toBe(0);
      // Two events of one append have the same time.
      const times = [1, 1, 2, 5, 5, 5, 8];
      for (const time of [1, 2, 5, 8]) {
        clock = time;
        const events = times.filter((each) => each === time).map((each) => note(`${each}`));
        await log.append({ stream: `${time}`, expected: "none", events }, METADATA);
      }
      const until = (time: number) => times.filter((each) => each <= time).length;
      clock = 10;
      for (const time of [0, 1, 1.5, 2, 3, 4.999, 5, 7, 8, 9, 10, 99]) {
        expect(await log.positionAt(second(time))).toBe(until(time));
      }
      // The clock is set back: from its time on, it is the whole log.
      clock = 4;
      expect(await log.positionAt(second(3.9))).toBe(until(3.9));
      expect(await log.positionAt(second(4))).toBe(times.length);
      expect(await log.positionAt(second(4), second(9))).toBe(until(4));
    });
  });

  describe(`${adapter}: conditions`, () => {
    test.each([
      ["holds at the version that was read", { stream: "a", expected: 1 } as const, true],
      ["fails when the stream has moved on", { stream: "a", expected: 0 } as const, false],
      ["holds for a stream that never began", { stream: "z", expected: "none" } as const, true],
      ["fails for a stream that never began", { stream: "z", expected: "exists" } as const, false],
      ["holds for an owner without newer events", { owner: "ann", unchangedSince: 2 } as const, true],
      ["fails for an owner with a newer event", { owner: "ann", unchangedSince: 1 } as const, false],
      ["holds for another owner's events", { owner: "bob", unchangedSince: 0 } as const, true],
      ["fails for a newer event of a named type", { owner: "ann", unchangedSince: 0, types: ["NoteErased"] }, false],
      ["holds for newer events of other types", { owner: "ann", unchangedSince: 1, types: ["NoteTaken"] }, true],
      ["holds for an empty list of types", { owner: "ann", unchangedSince: 0, types: [] }, true],
    ])("a condition: %s", async (_what, condition, holds) => {
      await using opened = await open();
      const { log } = opened;
      await log.append(first(), METADATA);
      await log.append({ stream: "b", expected: "none", events: [NoteErased.of({})] }, METADATA);
      const write = { stream: "c", expected: "none" as const, events: [note("next")] };
      const attempt = log.append(write, METADATA, { conditions: [condition] });
      expect(await errorOf(attempt)).toEqual(holds ? null : expect.any(StaleDecision));
      expect(await log.head()).toBe(holds ? 3 : 2);
    });

    test("conditions: of two appends that rest on the same facts, one is stale", async () => {
      await using opened = await open();
      const { log } = opened;
      const attempts = ["a", "b"].map((stream) =>
        log.append({ stream, expected: "none", events: [note(stream)] }, METADATA, {
          conditions: [{ owner: METADATA.owner, unchangedSince: 0 }],
        }),
      );
      const outcomes = await Promise.allSettled(attempts);
      expect(outcomes.map(({ status }) => status).toSorted()).toEqual(["fulfilled", "rejected"]);
    });

    test("conditions: do not count the events of their own append", async () => {
      await using opened = await open();
      const write = { stream: "a", expected: "none" as const, events: [note("1"), note("2")] };
      const conditions = [
        { owner: METADATA.owner, unchangedSince: 0 },
        { stream: "a", expected: "none" as const },
      ];
      expect(await opened.log.append(write, METADATA, { conditions })).toHaveLength(2);
    });
  });

  describe(`${adapter}: read`, () => {
    test("read: filters by owner beside the rest, and ends after the event that fills its bytes", async () => {
      await using opened = await open();
      const { log } = opened;
      for (const [stream, owner] of [
        ["a", "ann"],
        ["b", "bob"],
        ["c", "ann"],
      ] as const) {
        await log.append(
          { stream, expected: "none", events: [note("x".repeat(1_000)), NoteErased.of({})] },
          { ...METADATA, owner },
        );
      }
      const positions = async (options: { streams?: string[]; types?: string[]; owner?: string; maxBytes?: number }) =>
        (await log.read({ after: 0, limit: 100, ...options })).map(({ position }) => position);
      expect(await positions({ owner: "ann" })).toEqual([1, 2, 5, 6]);
      expect(await positions({ owner: "ann", types: ["NoteErased"] })).toEqual([2, 6]);
      expect(await positions({ owner: "bob", streams: ["a", "b"] })).toEqual([3, 4]);
      expect(await positions({ owner: "nobody" })).toEqual([]);
      expect(await positions({ maxBytes: 1 })).toEqual([1]);
      expect(await positions({ maxBytes: 1_500 })).toEqual([1, 2, 3]);
      expect((await log.readStream("a", { after: 0, limit: 9, maxBytes: 900 })).map(({ version }) => version)).toEqual([
        1,
      ]);
    });

    test("read: filters by stream, type and position, up to a limit", async () => {
      await using opened = await open();
      const { log } = opened;
      for (const stream of ["a", "b", "c"]) {
        await log.append({ stream, expected: "none", events: [note(stream), NoteErased.of({})] }, METADATA);
      }
      const positions = async (options: { streams?: string[]; types?: string[]; after?: number; upTo?: number }) =>
        (await log.read({ after: 0, limit: 100, ...options })).map(({ position }) => position);
      expect(await positions({ streams: ["c", "a"] })).toEqual([1, 2, 5, 6]);
      expect(await positions({ types: ["NoteErased"] })).toEqual([2, 4, 6]);
      expect(await positions({ types: ["NoteErased"], streams: ["b", "c"], after: 4 })).toEqual([6]);
      expect(await positions({ after: 1, upTo: 3 })).toEqual([2, 3]);
      expect(await positions({ streams: [] })).toEqual([]);
      expect((await log.read({ after: 2, limit: 2 })).map(({ position }) => position)).toEqual([3, 4]);
    });

    test("readStream: gives all or a range of versions, and nothing of a stream that never began", async () => {
      await using opened = await open();
      const { log } = opened;
      await log.append({ stream: "a", expected: "none", events: ["1", "2", "3", "4"].map(note) }, METADATA);
      const versions = async (range?: { after: number; limit: number }) =>
        (await log.readStream("a", range)).map(({ version }) => version);
      expect(await versions()).toEqual([1, 2, 3, 4]);
      expect(await versions({ after: 1, limit: 2 })).toEqual([2, 3]);
      expect(await log.readStream("none")).toEqual([]);
    });
  });

  describe(`${adapter}: subscribe`, () => {
    test("a listener: hears of each commit once and in order, until it leaves", async () => {
      await using opened = await open();
      const { log } = opened;
      const heard: number[][] = [];
      const leave = log.subscribe((events) => heard.push(events.map(({ position }) => position)));
      await log.append({ stream: "a", expected: "none", events: [note("1"), note("2")] }, METADATA);
      await log.append({ stream: "b", expected: "none", events: [note("3")] }, METADATA);
      leave();
      await log.append({ stream: "c", expected: "none", events: [note("4")] }, METADATA);
      expect(heard).toEqual([[1, 2], [3]]);
    });

    test("a listener: hears nothing of an append that failed", async () => {
      await using opened = await open();
      const { log } = opened;
      const heard: RecordedEvent[] = [];
      log.subscribe((events) => heard.push(...events));
      await expect(log.append(first("poison"), METADATA)).rejects.toThrow("Cannot project");
      await log.append(first("fine"), METADATA);
      expect(heard).toMatchObject([{ position: 1, data: { text: "fine" } }]);
    });

    test("a listener: that appends does not change the order that others hear", async () => {
      await using opened = await open();
      const { log } = opened;
      const answers: Promise<unknown>[] = [];
      log.subscribe((events) => {
        for (const { stream, type } of events) {
          if (type !== "NoteTaken") continue;
          answers.push(log.append({ stream, expected: 1, events: [NoteErased.of({})] }, METADATA));
        }
      });
      const heard: number[] = [];
      log.subscribe((events) => heard.push(...events.map(({ position }) => position)));
      for (const stream of ["a", "b"]) {
        await log.append({ stream, expected: "none", events: [note(stream)] }, METADATA);
      }
      await Promise.all(answers);
      expect(heard).toEqual([1, 2, 3, 4]);
    });

    test("a listener: that throws neither undoes the append nor silences the others", async () => {
      const errors: unknown[] = [];
      await using opened = await open({ onError: (error) => errors.push(error) });
      const { log } = opened;
      log.subscribe(() => {
        throw new Error("A bad listener");
      });
      let heard = 0;
      log.subscribe(() => heard++);
      await log.append(first(), METADATA);
      expect({ heard, errors: errors.map(String) }).toEqual({ heard: 1, errors: ["Error: A bad listener"] });
    });
  });
}
