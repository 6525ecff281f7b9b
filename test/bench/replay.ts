import type { Database, SQLQueryBindings } from "bun:sqlite";
import { getTableName } from "drizzle-orm";
import { migrate, openDatabase } from "../../src/database/mod.ts";
import { replay } from "../../src/event_log/mod.ts";
import { allProjections } from "../../src/server/registry.ts";
import { type Benchmark, speed, timed } from "./benchmark.ts";
import { catalogue, importOf, METADATA, temporaryDirectory, temporaryStore } from "./stores.ts";

const EVENTS = 100_000;
const IMPORTS = EVENTS / 4;

/** A rebuild of all read tables beside the live ones, with the swap; the plain part writes every row once. */
export const replayBenchmark: Benchmark = {
  what: "replay, events per second",
  against: "raw bun:sqlite insert of the same rows in one transaction",
  figure: speed,
  goal: 0.3,
  floor: 0.2,
  rounds: 5,
  async open() {
    const store = await temporaryStore();
    for (let index = 0; index < IMPORTS; index += 500) {
      const writes = Array.from({ length: 500 }, (_, offset) => importOf(index + offset));
      await store.log.append(writes, METADATA);
    }
    const tables = allProjections.flatMap((projection) => projection.tables.map(getTableName));
    const rows = new Map(tables.map((name) => [name, store.db.query<never, []>(`SELECT * FROM "${name}"`).values()]));
    return {
      ours: () => timed(() => replay({ dataDir: store.dataDir, catalogue, projections: allProjections })),
      async theirs() {
        using directory = temporaryDirectory();
        const db = openDatabase(`${directory.path}/plain.db`);
        migrate(db);
        const milliseconds = await timed(() => insertAll(db, rows));
        db.close();
        return milliseconds;
      },
      note: (ours, theirs) => {
        const perSecond = (milliseconds: number) => Math.round((EVENTS / milliseconds) * 1000);
        return `${perSecond(ours)} events/s against ${perSecond(theirs)}`;
      },
      [Symbol.asyncDispose]: async () => store[Symbol.dispose](),
    };
  },
};

function insertAll(db: Database, rows: ReadonlyMap<string, SQLQueryBindings[][]>): void {
  const insert = db.transaction(() => {
    for (const [name, values] of rows) {
      const marks = values[0]?.map(() => "?").join(", ");
      if (marks === undefined) continue;
      const statement = db.prepare<unknown, SQLQueryBindings[]>(`INSERT INTO "${name}" VALUES (${marks})`);
      for (const row of values) statement.run(...row);
      statement.finalize();
    }
  });
  insert.immediate();
}
