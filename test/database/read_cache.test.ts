import { Database } from "bun:sqlite";
import { describe, expect, test } from "bun:test";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { createReadCache, openDatabase } from "../../src/database/mod.ts";
import { temporaryDirectory } from "../support/test_server.ts";

/** One number in a database, read through a cache; `made` counts how often it was really read. */
async function counter() {
  const dataDir = await temporaryDirectory();
  const path = join(dataDir, "numbers.db");
  const db = openDatabase(path);
  db.run("CREATE TABLE numbers (value INTEGER NOT NULL)");
  db.run("INSERT INTO numbers VALUES (1)");
  const clock = { now: 0 };
  const cache = createReadCache<string>(db, { sizeOf: (text) => text.length, now: () => clock.now });
  let made = 0;
  const read = () => {
    made++;
    return String(db.query<{ value: number }, []>("SELECT value FROM numbers").get()?.value);
  };
  return {
    db,
    path,
    clock,
    cache,
    get: () => cache.get("number", read),
    made: () => made,
    async [Symbol.asyncDispose]() {
      db.close();
      await rm(dataDir, { recursive: true });
    },
  };
}

describe("what was read from a database", () => {
  test("is made once while nothing changes", async () => {
    await using numbers = await counter();
    expect([numbers.get(), numbers.get(), numbers.get()]).toEqual(["1", "1", "1"]);
    expect(numbers.made()).toBe(1);
  });

  test("is read again as soon as this process has written, also in the same millisecond", async () => {
    await using numbers = await counter();
    for (let value = 2; value < 100; value++) {
      numbers.get();
      numbers.db.run("UPDATE numbers SET value = ?", [value]);
      expect(numbers.get()).toBe(String(value));
    }
  });

  test("is read again within five milliseconds of another connection's commit", async () => {
    await using numbers = await counter();
    const other = new Database(numbers.path, { strict: true });
    for (let value = 2; value < 100; value++) {
      numbers.get();
      other.run("UPDATE numbers SET value = ?", [value]);
      numbers.clock.now += 5;
      expect(numbers.get()).toBe(String(value));
    }
    other.close();
  });

  test("is read again after a second, since what is made may depend on the clock", async () => {
    await using numbers = await counter();
    numbers.get();
    numbers.clock.now = 999;
    numbers.get();
    expect(numbers.made()).toBe(1);
    numbers.clock.now = 1_000;
    numbers.get();
    expect(numbers.made()).toBe(2);
  });

  test("within a transaction is not kept, because that may be rolled back", async () => {
    await using numbers = await counter();
    expect(numbers.get()).toBe("1");
    const failing = numbers.db.transaction(() => {
      numbers.db.run("UPDATE numbers SET value = 2");
      expect(numbers.get()).toBe("2");
      throw new Error("rolled back");
    });
    expect(() => failing.immediate()).toThrow("rolled back");
    expect(numbers.get()).toBe("1");
  });

  test("is kept per key, and nothing of a read that failed", async () => {
    await using numbers = await counter();
    const failing = () => {
      throw new Error("not there");
    };
    expect(() => numbers.cache.get("one", failing)).toThrow("not there");
    expect(numbers.cache.get("one", () => "1")).toBe("1");
    expect(numbers.cache.get("two", () => "2")).toBe("2");
    expect(numbers.cache.get("one", failing)).toBe("1");
  });

  test("is no more than 16 MiB in all; what comes beyond that is read each time", async () => {
    await using numbers = await counter();
    let made = 0;
    const large = () => {
      made++;
      return "x".repeat(5 * 1024 * 1024);
    };
    for (const key of ["a", "b", "c", "d", "d", "a", "b", "c"]) numbers.cache.get(key, large);
    expect(made).toBe(5);
  });
});
