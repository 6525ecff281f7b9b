import { Database } from "bun:sqlite";
import { describe, expect, test } from "bun:test";
import { eq, sql } from "drizzle-orm";
import { drizzle } from "drizzle-orm/bun-sqlite";
import { integer, sqliteTable, text } from "drizzle-orm/sqlite-core";
import { fairScheduler, type HeldItems } from "../../src/core/fair_scheduler.ts";
import { todoQueue } from "../../src/event_log/mod.ts";

const errands = sqliteTable("errands", {
  position: integer().notNull(),
  owner: text().notNull(),
  ready: integer({ mode: "boolean" }).notNull(),
});
type Errand = typeof errands.$inferSelect;

/** Errands in a table, in the order in which they were asked for: `a1` is Ann's, `b2` Bob's. */
function givenErrands(...names: string[]) {
  const db = new Database(":memory:", { strict: true });
  db.run("CREATE TABLE errands (position INTEGER NOT NULL, owner TEXT NOT NULL, ready INTEGER NOT NULL)");
  const read = drizzle(db);
  const known: string[] = [];
  const nameOf = ({ position }: Errand) => known[position - 1] ?? "";
  const errand = (name: string): Errand => {
    return { position: known.indexOf(name) + 1, owner: name.charAt(0), ready: !name.endsWith("?") };
  };
  const ask = (...more: string[]) => {
    for (const name of more) {
      known.push(name);
      read.insert(errands).values(errand(name)).run();
    }
  };
  ask(...names);
  return {
    ask,
    /** Settles an errand: its row goes. */
    settle: (name: string) =>
      read
        .delete(errands)
        .where(eq(errands.position, errand(name).position))
        .run(),
    held: (inHand: string[], resting: string[] = []): HeldItems<Errand> => {
      return { inHand: inHand.map(errand), resting: resting.map(errand) };
    },
    turns: (concurrency: number, atOnce?: () => number) => {
      const queue = todoQueue(read, errands, { where: sql`ready OR position < 0` });
      const turns = fairScheduler(queue, { concurrency, ...(atOnce ? { atOnce } : {}) });
      return {
        next: (held: HeldItems<Errand> = { inHand: [], resting: [] }) => turns.next(held).map(nameOf),
        isDue: (name: string) => queue.has(errand(name)),
      };
    },
    [Symbol.dispose]: () => db.close(),
  };
}

/** Serves all that is there, one at a time. */
function served(given: ReturnType<typeof givenErrands>, turns = given.turns(1)): string[] {
  const order: string[] = [];
  for (let [name] = turns.next(); name !== undefined; [name] = turns.next()) {
    order.push(name);
    given.settle(name);
  }
  return order;
}

describe("with one place", () => {
  test("an owner alone is served in order", () => {
    using given = givenErrands("a1", "a2", "a3");
    expect(served(given)).toEqual(["a1", "a2", "a3"]);
  });

  test("one who asks for one thing comes after one of another's many, not after all", () => {
    using given = givenErrands("a1", "a2", "a3", "a4", "b1");
    expect(served(given)).toEqual(["a1", "b1", "a2", "a3", "a4"]);
  });

  test("all who wait get one in turn", () => {
    using given = givenErrands("a1", "a2", "b1", "b2", "c1", "c2");
    expect(served(given)).toEqual(["a1", "b1", "c1", "a2", "b2", "c2"]);
  });

  test("who had to wait longest is next, whoever's errand is the oldest", () => {
    using given = givenErrands("a1", "a2", "a3", "b1", "b2");
    const turns = given.turns(1);
    expect(turns.next()).toEqual(["a1"]);
    given.settle("a1");
    expect(turns.next()).toEqual(["b1"]);
    given.settle("b1");
    given.ask("c1");
    expect(served(given, turns)).toEqual(["c1", "a2", "b2", "a3"]);
  });

  test("those who come back again and again with one thing do not pass one who waits", () => {
    using given = givenErrands("a1", "a2", "a3", "b1", "c1");
    const turns = given.turns(1);
    const order: string[] = [];
    for (let round = 1; round <= 9; round++) {
      const [name = ""] = turns.next();
      order.push(name);
      given.settle(name);
      if (!name.startsWith("a")) given.ask(`${name.charAt(0)}${round + 1}`);
    }
    expect(order.map((name) => name.charAt(0)).join("")).toBe("abcabcabc");
  });

  test("it is given to nobody while it is taken", () => {
    using given = givenErrands("a1", "b1");
    expect(given.turns(1).next(given.held(["a1"]))).toEqual([]);
  });
});

describe("with several places", () => {
  test("a free one goes to whoever has the fewest", () => {
    using given = givenErrands("a1", "a2", "a3", "a4", "b1", "b2");
    expect(given.turns(3).next(given.held(["a1", "a2"]))).toEqual(["b1"]);
    expect(given.turns(4).next(given.held(["a1", "a2"]))).toEqual(["b1", "b2"]);
  });

  test("one owner has them all while nobody else wants one", () => {
    using given = givenErrands("a1", "a2", "a3", "a4");
    expect(given.turns(3).next()).toEqual(["a1", "a2", "a3"]);
  });

  test("they are shared out evenly", () => {
    using given = givenErrands("a1", "a2", "a3", "a4", "b1", "b2", "b3", "c1");
    expect(given.turns(5).next()).toEqual(["a1", "b1", "c1", "a2", "b2"]);
  });

  test("one owner has no more than one may have, and the rest stays free", () => {
    using given = givenErrands("a1", "a2", "a3", "a4", "b1");
    const turns = given.turns(4, () => 2);
    expect(turns.next()).toEqual(["a1", "b1", "a2"]);
    expect(turns.next(given.held(["a1", "b1", "a2"]))).toEqual([]);
  });

  test("an errand that is tried again later takes no place and hides nothing behind it", () => {
    using given = givenErrands("a1", "a2", "a3", "a4");
    expect(given.turns(2).next(given.held(["a3"], ["a1", "a2"]))).toEqual(["a4"]);
  });
});

test("what cannot be done yet is not served, and is not due", () => {
  using given = givenErrands("a1?", "a2", "b1?");
  const turns = given.turns(3);
  expect(turns.next()).toEqual(["a2"]);
  expect([turns.isDue("a1?"), turns.isDue("a2")]).toEqual([false, true]);
  given.settle("a2");
  expect(turns.isDue("a2")).toBe(false);
  expect(turns.next()).toEqual([]);
});
