import { describe, expect, test } from "bun:test";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { createCatalogue } from "../../src/event_log/mod.ts";
import { allEvents, allProjections } from "../../src/server/registry.ts";

const FIXTURES = join(import.meta.dir, "../fixtures/events");
const names = readdirSync(FIXTURES).toSorted();
const catalogue = createCatalogue(allEvents);

describe("the catalogue of all slices", () => {
  test("has a fixture of every version of every event that was ever written, and no other", () => {
    const declared = allEvents.flatMap(({ type, schemaVersion }) =>
      Array.from({ length: schemaVersion }, (_, index) => `${type}.v${index + 1}.json`),
    );
    expect(names).toEqual(declared.toSorted());
  });

  test.each(names)("reads %s as the newest version of its type", async (name) => {
    const [, type = "", version = ""] = /^(\w+)\.v(\d+)\.json$/.exec(name) ?? [];
    const data: unknown = await Bun.file(join(FIXTURES, name)).json();
    const read = catalogue.upcast({ type, schemaVersion: Number(version), data });
    expect(() => catalogue.check(read)).not.toThrow();
  });

  test("names each projection once, and no table is of two of them", () => {
    const projections = allProjections.map(({ name }) => name);
    const tables = allProjections.flatMap(({ tables }) => tables);
    expect(new Set(projections).size).toBe(projections.length);
    expect(new Set(tables).size).toBe(tables.length);
  });

  test("declares as essential what frees room, ends access or settles work, and nothing else", () => {
    const essential = allEvents.filter(({ isEssential }) => isEssential).map(({ type }) => type);
    expect(essential.toSorted()).toEqual([
      "ApiKeyRevoked",
      "AssetDeleted",
      "AssetFailed",
      "CampaignDeleted",
      "ClientDeleted",
      "JobCancelled",
      "JobFailed",
      "SceneRegenerationFailed",
    ]);
  });

  test("handles only declared events", () => {
    const declared = new Set(allEvents.map(({ type }) => type));
    const handled = allProjections.flatMap(({ types }) => types ?? []);
    expect(handled.filter((type) => !declared.has(type))).toEqual([]);
  });
});
