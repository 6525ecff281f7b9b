import { Database } from "bun:sqlite";
import { afterAll, expect, test } from "bun:test";
import { and, count, eq, sql } from "drizzle-orm";
import { drizzle } from "drizzle-orm/bun-sqlite";
import { integer, sqliteTable, text } from "drizzle-orm/sqlite-core";
import { whereGiven } from "../../src/database/mod.ts";
import { createPagedList, pageQuery } from "../../src/database/paged_list.ts";

const bottles = sqliteTable("bottles", { position: integer().primaryKey(), owner: text(), color: text() });

const db = new Database(":memory:");
afterAll(() => db.close());
db.run("CREATE TABLE bottles (position INTEGER PRIMARY KEY, owner TEXT, color TEXT)");
db.run(
  "INSERT INTO bottles (owner, color) VALUES ('ann', 'green'), ('bob', 'green'), ('ann', 'brown'), ('ann', 'green')",
);
const read = drizzle(db);
const list = createPagedList({
  rows(has) {
    const { owner, position, color } = bottles;
    const where = whereGiven(has, { color });
    return pageQuery(read.select().from(bottles).$dynamic(), { has, owner, position, where }).prepare();
  },
  total: (has) =>
    read
      .select({ total: count() })
      .from(bottles)
      .where(and(eq(bottles.owner, sql.placeholder("owner")), ...whereGiven(has, { color: bottles.color })))
      .prepare(),
});

function positions({ items }: { readonly items: readonly { readonly position: number }[] }): number[] {
  return items.map(({ position }) => position);
}

test("a page has its owner's rows, newest first, and says where the next one begins and how many there are", () => {
  const first = list.page("ann", {}, { by: "offset", limit: 2, offset: 0 });
  expect([positions(first), first.next, first.total]).toEqual([[4, 3], 3, 3]);
  const second = list.page("ann", {}, { by: "offset", limit: 2, offset: 2 });
  expect([positions(second), second.next, second.total]).toEqual([[1], null, 3]);
});

test("a page by cursor goes on below it, and nothing is counted", () => {
  const page = list.page("ann", {}, { by: "cursor", limit: 2, before: 3 });
  expect([positions(page), page.next, page.total]).toEqual([[1], null, null]);
});

test("a page that is full and the last has no next one", () => {
  expect(list.page("ann", {}, { by: "cursor", limit: 1, before: 3 }).next).toBeNull();
});

test("filters narrow the rows and the count alike, and one that is undefined is none", () => {
  const green = list.page("ann", { color: "green" }, { by: "offset", limit: 9, offset: 0 });
  expect([positions(green), green.total, list.count("ann", { color: "green" })]).toEqual([[4, 1], 2, 2]);
  expect(list.count("ann", { color: undefined })).toBe(3);
  expect(list.count("carl", {})).toBe(0);
});

test("a page ends at its bytes, goes on by its cursor without loss, and is refused where the client counts", () => {
  db.run(
    "INSERT INTO bottles (owner, color) SELECT 'dora', ?1 FROM json_each('[' || substr(replace(hex(zeroblob(30)), '00', ',0'), 2) || ']')",
    ["x".repeat(1_000_000)],
  );
  const seen: number[] = [];
  let page = list.page("dora", {}, { by: "offset", limit: 1_000, offset: 0 });
  expect(page.total).toBe(30);
  for (;;) {
    expect(page.items.length).toBeLessThanOrEqual(4);
    seen.push(...positions(page));
    if (page.next === null) break;
    page = list.page("dora", {}, { by: "cursor", limit: 1_000, before: page.next });
  }
  expect(new Set(seen).size).toBe(30);
  expect(seen).toEqual(seen.toSorted((a, b) => b - a));
  const counted = (limit: number) => list.page("dora", {}, { by: "offset", limit, offset: 4, isCounted: true });
  expect(() => counted(10)).toThrow("limit: must be at most 4 here");
  expect(counted(4).items).toHaveLength(4);
});
