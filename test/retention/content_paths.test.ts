import { describe, expect, test } from "bun:test";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { Type } from "@sinclair/typebox";
import { defineEvent } from "../../src/event_log/mod.ts";
import { contentPaths } from "../../src/retention/content_paths.ts";
import { allEvents } from "../../src/server/registry.ts";

const FIXTURES = join(import.meta.dir, "../fixtures/events");

/** The objects in a value that have a `sha256`, as paths of SQLite's JSON functions. */
function namedIn(value: unknown, path = "$"): string[] {
  if (typeof value !== "object" || value === null) return [];
  const own = "sha256" in value && value.sha256 !== null ? [path] : [];
  return [...own, ...Object.entries(value).flatMap(([key, inner]) => namedIn(inner, `${path}.${key}`))];
}

describe("content paths", () => {
  test.each(readdirSync(FIXTURES))("find every content that %s names", async (name) => {
    const [type] = name.split(".");
    const known = contentPaths(allEvents)
      .filter((found) => found.type === type)
      .map(({ path }) => path);
    const named = namedIn(await Bun.file(join(FIXTURES, name)).json());
    expect(known).toEqual(expect.arrayContaining(named));
  });

  test("refuse an event that names contents in an array, which no index can find", () => {
    const data = Type.Object({ parts: Type.Array(Type.Object({ sha256: Type.String() })) });
    expect(() => contentPaths([defineEvent("PartsStored", 1, "Parts are stored.", data)])).toThrow("in an array");
  });
});
