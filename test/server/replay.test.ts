import { describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { getTableName } from "drizzle-orm";
import { createCatalogue, databasePath, openStore, replay, type Store, verify } from "../../src/event_log/mod.ts";
import { allEvents, allProjections } from "../../src/server/registry.ts";
import { histories, randomOf } from "../histories/mod.ts";

const catalogue = createCatalogue(allEvents);

async function openTemporary() {
  const dataDir = mkdtempSync(join(tmpdir(), "reelog-replay-"));
  const store = await openStore({ dataDir, catalogue, projections: allProjections });
  return {
    dataDir,
    store,
    [Symbol.dispose]() {
      store.close();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

function rowsOf({ db }: Store): Record<string, string[]> {
  const names = allProjections.flatMap(({ tables }) => tables).map(getTableName);
  const rows = (name: string) => db.query(`SELECT * FROM "${name}"`).all();
  return Object.fromEntries(
    names.map((name) => [
      name,
      rows(name)
        .map((row) => JSON.stringify(row))
        .toSorted(),
    ]),
  );
}

describe.each(Object.entries(histories))("a generated history of %s", (_slice, history) => {
  test.each([1, 2, 3])("leads to the same rows at once and in each of two replays (seed %p)", async (seed) => {
    using at = await openTemporary();
    await history(at.store.log, randomOf(seed));
    expect(await at.store.log.head()).toBeGreaterThan(100);
    const inline = rowsOf(at.store);
    for (const _round of [1, 2]) {
      await replay({ dataDir: at.dataDir, catalogue, projections: allProjections });
      expect(rowsOf(at.store)).toEqual(inline);
    }
    expect(verify(databasePath(at.dataDir), allProjections, { catalogue }).differences).toEqual([]);
  });
});

test("the histories together have every event type that is declared", async () => {
  using at = await openTemporary();
  for (const history of Object.values(histories)) {
    for (const seed of [1, 2, 3]) await history(at.store.log, randomOf(seed));
  }
  const written = at.store.db.query("SELECT DISTINCT type FROM events").values().flat();
  expect(written.toSorted()).toEqual(allEvents.map(({ type }) => type).toSorted());
});
