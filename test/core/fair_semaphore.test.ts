import { expect, test } from "bun:test";
import { createFairSemaphore } from "../../src/core/fair_semaphore.ts";

const NEVER = new AbortController().signal;

/** Visits that stay until they are told to leave; `a1` is Ann's, `b1` Bob's. */
function visits(places: number, options = {}) {
  const line = createFairSemaphore(places, options);
  const inside = new Map<string, Disposable>();
  const came: string[] = [];
  return {
    came,
    async arrive(name: string, signal = NEVER): Promise<void> {
      inside.set(name, await line.enter(name.charAt(0), signal));
      came.push(name);
    },
    async leave(name: string): Promise<void> {
      inside.get(name)?.[Symbol.dispose]();
      await Bun.sleep(0);
    },
  };
}

test("a line lets in whoever had to wait longest, not whoever sent most", async () => {
  const { arrive, leave, came } = visits(1);
  for (const name of ["a1", "a2", "a3", "b1", "b2"]) void arrive(name);
  await Bun.sleep(0);
  for (const name of ["a1", "b1", "a2", "b2", "a3"]) {
    expect(came.at(-1)).toBe(name);
    await leave(name);
  }
  expect(came).toHaveLength(5);
});

test("a line has no more inside than there are places", async () => {
  const { arrive, leave, came } = visits(2);
  for (const name of ["a1", "a2", "a3", "b1"]) void arrive(name);
  await Bun.sleep(0);
  expect(came).toEqual(["a1", "a2"]);
  await leave("a1");
  await leave("a1");
  expect(came).toEqual(["a1", "a2", "b1"]);
});

test("whoever leaves the line is not let in, and holds up nobody", async () => {
  const { arrive, leave, came } = visits(1);
  const gone = new AbortController();
  void arrive("a1");
  const waiting = arrive("b1", gone.signal);
  void arrive("c1");
  await Bun.sleep(0);
  gone.abort(new Error("The client is gone"));
  await expect(waiting).rejects.toThrow("The client is gone");
  await expect(arrive("b2", gone.signal)).rejects.toThrow("The client is gone");
  await leave("a1");
  expect(came).toEqual(["a1", "c1"]);
  await leave("c1");
  await arrive("b3");
  expect(came).toEqual(["a1", "c1", "b3"]);
});

test("a line leaves a place to others, where one owner may not have all", async () => {
  const { arrive, leave, came } = visits(2, { atOnce: 1 });
  for (const name of ["a1", "a2"]) void arrive(name);
  await Bun.sleep(0);
  expect(came).toEqual(["a1"]);
  void arrive("b1");
  await Bun.sleep(0);
  expect(came).toEqual(["a1", "b1"]);
  await leave("a1");
  expect(came).toEqual(["a1", "b1", "a2"]);
});

test("a place is taken once, although its visitor leaves in the moment when it is let in", async () => {
  const { arrive, leave, came } = visits(1);
  const gone = new AbortController();
  void arrive("a1");
  await Bun.sleep(0);
  const left = arrive("b1", gone.signal).catch(() => {});
  void arrive("c1");
  void leave("a1");
  gone.abort(new Error("The client is gone"));
  await left;
  await Bun.sleep(0);
  expect(came).toEqual(["a1", "c1"]);
});
