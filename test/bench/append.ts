import type { SQLQueryBindings } from "bun:sqlite";
import { assetStream } from "../../src/assets/events.ts";
import { migrate, openDatabase } from "../../src/database/mod.ts";
import { type Benchmark, speed, timed } from "./benchmark.ts";
import { METADATA, requestOf, temporaryDirectory, temporaryStore } from "./stores.ts";

const APPENDS = 300;

/** One event per transaction, each flushed to the disk, as a request of a client makes them. */
export const appendBenchmark: Benchmark = {
  what: "append one event with its projection",
  against: "the same rows in raw bun:sqlite, same pragmas",
  figure: speed,
  goal: 0.6,
  floor: 0.5,
  rounds: 9,
  async open() {
    const store = await temporaryStore();
    const plain = openPlain();
    let next = 0;
    return {
      ours: () =>
        timed(async () => {
          for (let count = 0; count < APPENDS; count++) {
            const stream = assetStream(Bun.randomUUIDv7());
            const events = [requestOf(next++, "https://assets.example/hero.jpg")];
            await store.log.append({ stream, expected: "none", events }, METADATA);
          }
        }),
      theirs: () => timed(() => plain.write(APPENDS)),
      note: (ours, theirs) => {
        const perSecond = (milliseconds: number) => Math.round((APPENDS / milliseconds) * 1000);
        return `${perSecond(ours)} appends/s against ${perSecond(theirs)}`;
      },
      async [Symbol.asyncDispose]() {
        store[Symbol.dispose]();
        plain[Symbol.dispose]();
      },
    };
  },
};

/** The rows that such an append leaves, with their values at hand: no schema, no upcast, no lookups. */
function openPlain() {
  const directory = temporaryDirectory();
  const db = openDatabase(`${directory.path}/plain.db`);
  migrate(db);
  const table = (name: string, columns: number) =>
    db.prepare<unknown, SQLQueryBindings[]>(`INSERT INTO ${name} VALUES (${Array(columns).fill("?").join(", ")})`);
  const events = table("events", 9);
  const hashes = table("event_hashes", 2);
  const assets = table("assets", 26);
  const todo = table("assets_to_ingest", 9);
  const totals = db.prepare<unknown, SQLQueryBindings[]>(
    "INSERT OR REPLACE INTO asset_totals VALUES (?, ?, ?, ?, ?, ?, ?)",
  );
  const checkpoints = db.prepare<unknown, SQLQueryBindings[]>("UPDATE projection_checkpoints SET position = ?");
  for (const name of ["idempotency_keys", "assets"]) {
    db.run("INSERT INTO projection_checkpoints VALUES (?, 1, 0)", [name]);
  }
  const data = JSON.stringify(requestOf(1, "https://assets.example/hero.jpg").data);
  const metadata = JSON.stringify(METADATA);
  const url = "https://assets.example/hero.jpg";
  const hash = crypto.getRandomValues(new Uint8Array(32));
  let position = 0;

  const write = db.transaction(() => {
    const id = Bun.randomUUIDv7();
    const event = Bun.randomUUIDv7();
    const now = new Date().toISOString();
    position++;
    hashes.run(position, hash);
    events.run(null, event, `asset-${id}`, 1, "AssetRequested", 1, data, metadata, now);
    const described = [id, "ann", position, "client-1", null, `Asset ${position}`, "image", "pending", url];
    assets.run(...described, ...Array(11).fill(null), "[]", null, null, null, now, now);
    totals.run("ann", "pending", "client-1", "", "image", position, 0);
    todo.run(id, position, "ann", "name", url, null, event, event, "bench");
    checkpoints.run(position);
  });
  return {
    write(count: number) {
      for (let index = 0; index < count; index++) write.immediate();
    },
    [Symbol.dispose]() {
      db.close();
      directory[Symbol.dispose]();
    },
  };
}
