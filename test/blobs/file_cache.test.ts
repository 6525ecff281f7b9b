import { expect, test } from "bun:test";
import { readdir, rm } from "node:fs/promises";
import { createFileCache } from "../../src/blobs/file_cache.ts";
import { temporaryDirectory, until } from "../support/test_server.ts";

async function cacheOf(maxBytes: number, more: { idleMs?: number } = {}) {
  const directory = await temporaryDirectory();
  return {
    cache: createFileCache({ directory, maxBytes, ...more }),
    names: () => readdir(directory),
    [Symbol.asyncDispose]: () => rm(directory, { recursive: true, force: true }),
  };
}

const write = (text: string) => async (path: string) => {
  await Bun.write(path, text);
};

test("a file cache: makes a file once for all who ask at once, and for those who ask later", async () => {
  await using room = await cacheOf(100);
  let times = 0;
  const gate = Promise.withResolvers<void>();
  const make = async (path: string) => {
    times++;
    await gate.promise;
    await Bun.write(path, "x");
  };
  const asked = [room.cache.hold("a", make), room.cache.hold("a", make)];
  gate.resolve();
  for (const held of await Promise.all(asked)) held[Symbol.dispose]();
  using later = await room.cache.hold("a", make);
  expect([times, await Bun.file(later.path).text()]).toEqual([1, "x"]);
});

test("a file cache: keeps no more bytes than its bound, and drops what was used longest ago", async () => {
  await using room = await cacheOf(25);
  for (const key of ["a", "b", "a", "c"]) (await room.cache.hold(key, write("0123456789")))[Symbol.dispose]();
  await until(async () => (await room.names()).length === 2);
  const made: string[] = [];
  for (const key of ["a", "c"]) (await room.cache.hold(key, async () => void made.push(key)))[Symbol.dispose]();
  expect(made).toEqual([]);
});

test("a file cache: drops nothing that is held", async () => {
  await using room = await cacheOf(5);
  using held = await room.cache.hold("a", write("0123456789"));
  (await room.cache.hold("b", write("0123456789")))[Symbol.dispose]();
  await until(async () => (await room.names()).length === 1);
  expect(await Bun.file(held.path).text()).toBe("0123456789");
});

test("a file cache: drops what nobody has used for a while, and not what is held", async () => {
  await using room = await cacheOf(100, { idleMs: 1 });
  using held = await room.cache.hold("a", write("held"));
  (await room.cache.hold("b", write("used once")))[Symbol.dispose]();
  await until(async () => (await room.names()).length === 1);
  expect(await Bun.file(held.path).text()).toBe("held");
});

test("a file cache: keeps no failure, and leaves no file of it", async () => {
  await using room = await cacheOf(100);
  const fail = async (path: string) => {
    await Bun.write(path, "half");
    throw new Error("full");
  };
  await expect(room.cache.hold("a", fail)).rejects.toThrow("full");
  expect(await room.names()).toEqual([]);
  using held = await room.cache.hold("a", write("whole"));
  expect(await Bun.file(held.path).text()).toBe("whole");
});

test("a file cache: stops the work when the last who waits for it leaves, and not before", async () => {
  await using room = await cacheOf(100);
  const [first, second] = [new AbortController(), new AbortController()];
  const started = Promise.withResolvers<void>();
  const stopped = Promise.withResolvers<void>();
  let isStopped = false;
  const make = (_path: string, signal: AbortSignal) =>
    new Promise<void>((_resolve, reject) => {
      started.resolve();
      signal.addEventListener("abort", () => {
        isStopped = true;
        stopped.resolve();
        reject(signal.reason);
      });
    });
  const waiting = [first, second].map(({ signal }) => room.cache.hold("a", make, { signal }));
  const settled = Promise.allSettled(waiting);
  await started.promise;
  first.abort();
  await expect(waiting[0]).rejects.toMatchObject({ name: "AbortError" });
  expect(isStopped).toBe(false);
  second.abort();
  await Promise.all([stopped.promise, settled]);
  using held = await room.cache.hold("a", write("again"));
  expect(await Bun.file(held.path).text()).toBe("again");
});
