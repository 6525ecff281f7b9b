import { Database } from "bun:sqlite";
import { expect, test } from "bun:test";
import { and } from "drizzle-orm";
import { drizzle } from "drizzle-orm/bun-sqlite";
import { integer, sqliteTable, text } from "drizzle-orm/sqlite-core";
import { compiledQueries, whereGiven } from "../../src/database/mod.ts";

const bottles = sqliteTable("bottles", { id: integer().primaryKey(), color: text(), size: integer() });

test("a query is compiled once for each combination of its conditions, and answers each with its own values", () => {
  const db = new Database(":memory:");
  db.run("CREATE TABLE bottles (id INTEGER PRIMARY KEY, color TEXT, size INTEGER)");
  db.run("INSERT INTO bottles (color, size) VALUES ('green', 1), ('green', 2), ('brown', 1), (NULL, 1)");
  const read = drizzle(db);
  let compiled = 0;
  const queries = compiledQueries((has) => {
    compiled++;
    const given = whereGiven(has, { color: bottles.color, size: bottles.size });
    return read
      .select({ id: bottles.id })
      .from(bottles)
      .where(and(...given))
      .prepare();
  });
  const ids = (conditions: { color?: string | undefined; size?: number | undefined }) =>
    queries(conditions)
      .all(conditions)
      .map(({ id }) => id);

  for (let round = 0; round < 2; round++) {
    expect(ids({})).toEqual([1, 2, 3, 4]);
    expect(ids({ color: "green" })).toEqual([1, 2]);
    expect(ids({ color: "brown", size: undefined })).toEqual([3]);
    expect(ids({ color: "green", size: 2 })).toEqual([2]);
    expect(ids({ size: 1, color: "green" })).toEqual([1]);
    expect(ids({ size: 1 })).toEqual([1, 3, 4]);
  }
  expect(compiled).toBe(4);
  db.close();
});
