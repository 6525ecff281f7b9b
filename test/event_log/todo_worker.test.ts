import { describe, expect, test } from "bun:test";
import { AppError } from "../../src/core/errors.ts";
import { LostWork } from "../../src/core/shortage.ts";
import { createTodoWorker, type TodoQueue, type TodoWorkerOptions } from "../../src/event_log/mod.ts";
import { METADATA, NoteErased, note, notes, temporaryNotes, until } from "./notes.ts";

type Store = Awaited<ReturnType<typeof temporaryNotes>>;
type Todo = typeof notes.$inferSelect & { readonly owner: string };

/** Each note is a piece of work, and erasing it settles the work. */
function erase(store: Store, stream: string) {
  return store.log.append({ stream, expected: "any", events: [NoteErased.of({})] }, METADATA);
}

async function take(store: Store, ...streams: string[]): Promise<void> {
  for (const stream of streams) {
    await store.log.append({ stream, expected: "any", events: [note(stream)] }, METADATA);
  }
}

function left(store: Store): string[] {
  return store.read
    .select()
    .from(notes)
    .all()
    .map(({ stream }) => stream);
}

/** Notes of one owner, the oldest first. */
function queueOf(store: Store): TodoQueue<Todo> {
  const rows = () =>
    store.read
      .select()
      .from(notes)
      .orderBy(notes.position)
      .all()
      .map((row) => ({ ...row, owner: METADATA.owner }));
  return {
    has: (todo) => rows().some(({ position }) => position === todo.position),
    waiting: () =>
      rows()
        .slice(0, 1)
        .map(({ owner, position }) => ({ owner, oldest: position })),
    oldestOf: (_owner, limit) => rows().slice(0, limit),
  };
}

function worker(store: Store, options: Partial<TodoWorkerOptions<Todo>>) {
  const made = createTodoWorker<Todo>({
    name: "eraser",
    log: store.log,
    queue: queueOf(store),
    concurrency: 2,
    perform: async ({ stream }) => void (await erase(store, stream)),
    onError: () => {},
    giveUp: async ({ stream }) => void (await erase(store, stream)),
    retryMs: 1,
    ...options,
  });
  return { ...made, [Symbol.asyncDispose]: () => made.stop() };
}

describe("a todo worker", () => {
  test("does what is there at the start and what comes later, in order", async () => {
    using store = await temporaryNotes();
    const done: string[] = [];
    await take(store, "a", "b", "c");
    await using eraser = worker(store, {
      concurrency: 1,
      perform: async ({ stream }) => {
        done.push(stream);
        await erase(store, stream);
      },
    });
    eraser.start();
    await take(store, "d");
    await until(() => left(store).length === 0);
    expect(done).toEqual(["a", "b", "c", "d"]);
  });

  test("has at most so much in hand at once", async () => {
    using store = await temporaryNotes();
    const names = Array.from({ length: 12 }, (_, index) => `note-${index}`);
    await take(store, ...names);
    let most = 0;
    await using eraser = worker(store, {
      concurrency: 3,
      perform: async ({ stream }) => {
        most = Math.max(most, eraser.running());
        await Bun.sleep(1);
        await erase(store, stream);
      },
    });
    eraser.start();
    await until(() => left(store).length === 0);
    expect(most).toBe(3);
  });

  test("aborts work whose row goes away, and does not count that as a failure", async () => {
    using store = await temporaryNotes();
    await take(store, "a");
    const errors: unknown[] = [];
    const aborted = Promise.withResolvers<string>();
    await using eraser = worker(store, {
      perform: (_todo, signal) =>
        new Promise((_, reject) => {
          signal.addEventListener("abort", () => {
            aborted.resolve(String(signal.reason));
            reject(signal.reason);
          });
        }),
      onError: (_todo, error) => errors.push(error),
    });
    eraser.start();
    await until(() => eraser.running() === 1);
    await erase(store, "a");
    expect(await aborted.promise).toContain("no longer needed");
    await until(() => eraser.running() === 0);
    expect(errors).toEqual([]);
  });

  test("tries again after a throw, and then gives up", async () => {
    using store = await temporaryNotes();
    await take(store, "a");
    const attempts: number[] = [];
    const givenUp: string[] = [];
    await using eraser = worker(store, {
      perform: async () => {
        throw new Error("The disk is full");
      },
      onError: (_todo, _error, attempt) => attempts.push(attempt),
      giveUp: async ({ stream }, error) => {
        givenUp.push(`${stream}: ${error instanceof Error ? error.message : ""}`);
        await erase(store, stream);
      },
      attempts: 3,
    });
    eraser.start();
    await until(() => left(store).length === 0);
    expect(attempts).toEqual([1, 2, 3]);
    expect(givenUp).toEqual(["a: The disk is full"]);
  });

  test.each([
    ["unavailable", new AppError("unavailable", "Cannot store the file: the disk is full")],
    ["EMFILE", Object.assign(new Error("too many open files"), { code: "EMFILE" })],
    ["EAGAIN within", new Error("spawn failed", { cause: Object.assign(new Error("fork"), { code: "EAGAIN" }) })],
  ])("tries again for as long as a shortage lasts (%s)", async (_name, shortage) => {
    using store = await temporaryNotes();
    await take(store, "a");
    const pauses: number[] = [];
    const givenUp: string[] = [];
    await using eraser = worker(store, {
      attempts: 2,
      perform: async ({ stream }) => {
        if (pauses.length < 10) throw shortage;
        await erase(store, stream);
      },
      onError: (_todo, _error, attempt) => pauses.push(attempt),
      giveUp: async ({ stream }) => void givenUp.push(stream),
    });
    eraser.start();
    await until(() => eraser.resting() === 1);
    await until(() => left(store).length === 0);
    expect(pauses).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    expect(givenUp).toEqual([]);
    expect(eraser.resting()).toBe(0);
  });

  test("gives up what takes its process with it again and again while other work is done", async () => {
    using store = await temporaryNotes();
    await take(store, "deadly");
    let losses = 0;
    const givenUp: unknown[] = [];
    await using eraser = worker(store, {
      perform: async ({ stream }) => {
        if (stream === "deadly") throw new LostWork("Cannot read the file: its process was killed");
        await erase(store, stream);
      },
      onError: () => void losses++,
      giveUp: async ({ stream }, error) => {
        givenUp.push(error);
        await erase(store, stream);
      },
    });
    eraser.start();
    while (left(store).includes("deadly")) {
      await take(store, "harmless");
      await until(() => !left(store).includes("harmless"));
      // The worker's pauses need their turn.
      await Bun.sleep(1);
    }
    expect(losses).toBeLessThan(20);
    expect(givenUp).toEqual([expect.any(LostWork)]);
  });

  test("blames no work for losses while nothing else is done", async () => {
    using store = await temporaryNotes();
    await take(store, "a", "b");
    let losses = 0;
    await using eraser = worker(store, {
      perform: async ({ stream }) => {
        if (losses < 20) throw new LostWork("Cannot read the file: its process was killed");
        await erase(store, stream);
      },
      onError: () => void losses++,
      giveUp: async ({ stream }) => {
        throw new Error(`gave up ${stream}`);
      },
    });
    eraser.start();
    await until(() => left(store).length === 0);
    expect(losses).toBeGreaterThanOrEqual(20);
  });

  test("counts work that ends without its event as a failure, and does not spin", async () => {
    using store = await temporaryNotes();
    await take(store, "a");
    const errors: string[] = [];
    await using eraser = worker(store, {
      perform: async () => {},
      onError: (_todo, error) => errors.push(String(error)),
      attempts: 2,
    });
    eraser.start();
    await until(() => left(store).length === 0);
    expect(errors).toHaveLength(2);
    expect(errors[0]).toContain("it ended without the event that removes its row");
  });

  test("does what comes after a waiting retry meanwhile", async () => {
    using store = await temporaryNotes();
    await take(store, "bad-1", "bad-2", "bad-3", "good-1", "good-2");
    await using eraser = worker(store, {
      perform: async ({ stream }) => {
        if (stream.startsWith("bad")) throw new Error("Not now");
        await erase(store, stream);
      },
      retryMs: 3_600_000,
    });
    eraser.start();
    await until(() => left(store).length === 3);
    await take(store, "good-3");
    await until(() => left(store).length === 3);
    expect(left(store)).toEqual(["bad-1", "bad-2", "bad-3"]);
  });

  test("tries again when even giving up fails", async () => {
    using store = await temporaryNotes();
    await take(store, "a");
    let refusals = 2;
    const errors: string[] = [];
    await using eraser = worker(store, {
      perform: async () => {
        throw new Error("Bad work");
      },
      giveUp: async ({ stream }) => {
        if (refusals-- > 0) throw new Error("Cannot give up");
        await erase(store, stream);
      },
      onError: (_todo, error) => errors.push(String(error)),
      attempts: 1,
    });
    eraser.start();
    await until(() => left(store).length === 0);
    expect(errors.filter((error) => error.includes("Cannot give up"))).toHaveLength(2);
  });

  test("leaves unfinished work in its table at a stop, and another one goes on with it", async () => {
    using store = await temporaryNotes();
    await take(store, "a", "b", "c");
    const eraser = worker(store, {
      perform: (_todo, signal) =>
        new Promise((_, reject) => {
          signal.addEventListener("abort", () => reject(signal.reason));
        }),
    });
    eraser.start();
    await until(() => eraser.running() === 2);
    await eraser.stop();
    expect(eraser.running()).toBe(0);
    await take(store, "d");
    expect(left(store)).toEqual(["a", "b", "c", "d"]);
    await using next = worker(store, {});
    next.start();
    await until(() => left(store).length === 0);
  });

  test("does the same work again when it is asked for again", async () => {
    using store = await temporaryNotes();
    let times = 0;
    await using eraser = worker(store, {
      perform: async ({ stream }) => {
        times++;
        await erase(store, stream);
      },
    });
    eraser.start();
    for (const round of [1, 2, 3]) {
      await take(store, "a");
      await until(() => times === round && eraser.running() === 0);
    }
    expect(left(store)).toEqual([]);
  });

  test("claims: two workers of one log never do the same work at once", async () => {
    using store = await temporaryNotes();
    const names = Array.from({ length: 10 }, (_, index) => `note-${index}`);
    await take(store, ...names);
    const done: string[] = [];
    const perform = async ({ stream }: Todo) => {
      done.push(stream);
      await Bun.sleep(1);
      await erase(store, stream);
    };
    await using first = worker(store, { perform });
    await using second = worker(store, { perform });
    first.start();
    second.start();
    await until(() => left(store).length === 0);
    expect(done.toSorted()).toEqual(names);
  });

  test("claims: work that another node has claimed is done once it is free", async () => {
    using store = await temporaryNotes();
    await take(store, "a", "b");
    await store.log.claims.take(["eraser 1"]);
    await using eraser = worker(store, {});
    eraser.start();
    await until(() => left(store).length === 1 && eraser.running() === 0);
    expect({ left: left(store), resting: eraser.resting() }).toEqual({ left: ["a"], resting: 1 });
    await store.log.claims.release("eraser 1");
    await until(() => left(store).length === 0);
  });

  test("claims: a shortage of the claims is retried and gives nothing up", async () => {
    using store = await temporaryNotes();
    await take(store, "a");
    let calls = 0;
    const claims = {
      ...store.log.claims,
      async take(works: readonly string[]) {
        if (++calls < 8) throw new AppError("unavailable", "Cannot reach the log");
        return await store.log.claims.take(works);
      },
    };
    const performed: string[] = [];
    await using eraser = worker(store, {
      log: { subscribe: store.log.subscribe, claims },
      perform: async ({ stream }) => {
        performed.push(stream);
        await erase(store, stream);
      },
    });
    eraser.start();
    await until(() => left(store).length === 0);
    expect(performed).toEqual(["a"]);
  });
});
