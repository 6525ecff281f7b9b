import type { Database, SQLQueryBindings } from "bun:sqlite";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { getTableName } from "drizzle-orm";
import { assetStream } from "../../src/assets/events.ts";
import { migrate, openDatabase } from "../../src/database/mod.ts";
import { databasePath, openStore, replay } from "../../src/event_log/mod.ts";
import { allProjections } from "../../src/server/registry.ts";
import { type Benchmark, cost, speed, timed } from "./benchmark.ts";
import { startReelog } from "./reelog.ts";
import { catalogue, importOf, METADATA, requestOf, temporaryDirectory } from "./stores.ts";

const EVENTS = 1_000_000;
const IMPORTS_AT_ONCE = 500;
const CLI = join(import.meta.dir, "../../src/cli/main.ts");
/** The pause between two appends of a client, in milliseconds. */
const APPEND_EVERY_MS = 5;
const PAGE = 10_000;

/** The costs of a log of a million events; the benchmarks share one, which takes a while to make. */
export const longLogBenchmarks: readonly Benchmark[] = benchmarksOn(shared(makeLongLog));

function benchmarksOn(longLog: () => Promise<string>): readonly Benchmark[] {
  return [replayOf(longLog), startUpOf(longLog), appendsBeside(longLog)];
}

function shared<Value>(make: () => Promise<Value>): () => Promise<Value> {
  let made: Promise<Value> | undefined;
  return () => (made ??= make());
}

/** A data directory with settled imports and read tables up to date, until this process ends. */
async function makeLongLog(): Promise<string> {
  const { path: dataDir } = temporaryDirectory();
  process.once("exit", () => rmSync(dataDir, { recursive: true, force: true }));
  // The read tables come by one replay, which is faster than event by event.
  const store = await openStore({ dataDir, catalogue, projections: [] });
  store.db.run("PRAGMA synchronous = OFF");
  for (let index = 0; index < EVENTS / 4; index += IMPORTS_AT_ONCE) {
    const writes = Array.from({ length: IMPORTS_AT_ONCE }, (_, offset) => importOf(index + offset));
    await store.log.append(writes, METADATA);
  }
  store.close();
  await replay({ dataDir, catalogue, projections: allProjections });
  return dataDir;
}

/** A replay as an operator starts it: a process of its own, with its start. */
function startReplay(dataDir: string) {
  return Bun.spawn([process.execPath, CLI, "replay"], {
    env: { PATH: process.env.PATH ?? "", DATA_DIR: dataDir },
    stdout: "ignore",
    stderr: "ignore",
  });
}

function replayOf(longLog: () => Promise<string>): Benchmark {
  return {
    what: "replay of 1,000,000 events",
    against: "raw bun:sqlite insert of the same rows in one transaction",
    figure: speed,
    goal: 0.3,
    floor: 0.15,
    rounds: 1,
    warmsUp: false,
    async open() {
      const dataDir = await longLog();
      let peak = 0;
      return {
        async ours() {
          const begin = performance.now();
          const child = startReplay(dataDir);
          if ((await child.exited) !== 0) throw new Error("Cannot measure: the replay failed");
          peak = child.resourceUsage()?.maxRSS ?? 0;
          return performance.now() - begin;
        },
        async theirs() {
          using directory = temporaryDirectory();
          const target = openDatabase(join(directory.path, "plain.db"));
          migrate(target);
          const live = openDatabase(databasePath(dataDir), { readonly: true });
          const milliseconds = insertRows(live, target);
          live.close();
          target.close();
          return milliseconds;
        },
        note: (ours, theirs) => {
          const perSecond = (milliseconds: number) => Math.round((EVENTS / milliseconds) * 1000);
          return `${perSecond(ours)} events/s against ${perSecond(theirs)}; peak RSS ${Math.round(peak / 1024 ** 2)} MiB`;
        },
        async [Symbol.asyncDispose]() {},
      };
    },
  };
}

/** Inserts every row of the read tables into empty ones. Returns the milliseconds of the inserts, without the reading. */
function insertRows(live: Database, target: Database): number {
  let milliseconds = 0;
  target.run("BEGIN IMMEDIATE");
  for (const name of allProjections.flatMap(({ tables }) => tables.map(getTableName))) {
    const page = live.query<Record<string, SQLQueryBindings>, [number]>(
      `SELECT rowid AS "row id", * FROM "${name}" WHERE rowid > ? ORDER BY rowid LIMIT ${PAGE}`,
    );
    for (let last = 0, size = PAGE; size === PAGE; ) {
      const rows = page.values(last);
      size = rows.length;
      last = Number(rows.at(-1)?.[0]);
      const values = rows.map(([, ...row]) => row);
      const marks = values[0]?.map(() => "?").join(", ");
      if (marks === undefined) continue;
      const begin = performance.now();
      const insert = target.prepare<unknown, SQLQueryBindings[]>(`INSERT INTO "${name}" VALUES (${marks})`);
      for (const row of values) insert.run(...row);
      insert.finalize();
      milliseconds += performance.now() - begin;
    }
  }
  const begin = performance.now();
  target.run("COMMIT");
  return milliseconds + performance.now() - begin;
}

function startUpOf(longLog: () => Promise<string>): Benchmark {
  return {
    what: "start-up with 1,000,000 events",
    against: "with none",
    figure: cost,
    goal: 1.2,
    floor: 1.5,
    async open() {
      const dataDir = await longLog();
      const empty = temporaryDirectory();
      const startOn = (path: string) =>
        timed(async () => {
          await using _server = await startReelog({}, path);
        });
      return {
        ours: () => startOn(dataDir),
        theirs: () => startOn(empty.path),
        note: (ours, theirs) =>
          `${Math.round(ours)} ms against ${Math.round(theirs)} ms, to the first answer and the end`,
        [Symbol.asyncDispose]: async () => empty[Symbol.dispose](),
      };
    },
  };
}

function appendsBeside(longLog: () => Promise<string>): Benchmark {
  return {
    what: "append p99 while a replay of 1,000,000 events runs",
    against: "append p99 while nothing else runs",
    figure: cost,
    goal: 10,
    floor: 40,
    rounds: 1,
    warmsUp: false,
    async open() {
      const dataDir = await longLog();
      const store = await openStore({ dataDir, catalogue, projections: allProjections });
      const medians = { ours: 0, theirs: 0 };
      let count = 0;
      const append = async () => {
        const events = [requestOf(count, "https://assets.example/hero.jpg")];
        await store.log.append({ stream: assetStream(Bun.randomUUIDv7()), expected: "none", events }, METADATA);
      };
      const latencies = async (goesOn: (soFar: number) => boolean) => {
        const each: number[] = [];
        while (goesOn(each.length)) {
          each.push(await timed(append));
          await Bun.sleep(APPEND_EVERY_MS);
        }
        return each.toSorted((a, b) => a - b);
      };
      const at = (sorted: readonly number[], part: number) => sorted[Math.floor(sorted.length * part)] ?? Number.NaN;
      return {
        async ours() {
          const child = startReplay(dataDir);
          const sorted = await latencies(() => child.exitCode === null);
          count = sorted.length;
          medians.ours = at(sorted, 0.5);
          return at(sorted, 0.99);
        },
        async theirs() {
          const sorted = await latencies((soFar) => soFar < count);
          medians.theirs = at(sorted, 0.5);
          return at(sorted, 0.99);
        },
        note: (ours, theirs) => {
          const pair = (p50: number, p99: number) => `p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms`;
          return `${pair(medians.ours, ours)} against ${pair(medians.theirs, theirs)}; ${count} appends`;
        },
        [Symbol.asyncDispose]: async () => store.close(),
      };
    },
  };
}
