import { assetStream } from "../../src/assets/events.ts";
import { createProjector } from "../../src/event_log/projections/projector.ts";
import type { HashChain } from "../../src/event_log/sqlite/hash_chain.ts";
import { createSqliteEventLog } from "../../src/event_log/sqlite/sqlite_event_log.ts";
import { allProjections } from "../../src/server/registry.ts";
import { type Benchmark, cost, timed } from "./benchmark.ts";
import { catalogue, METADATA, requestOf, temporaryStore } from "./stores.ts";

const APPENDS = 300;

/** The cost of the chain for an append that is flushed to the disk, as a client's request makes it. */
export const hashChainBenchmark: Benchmark = {
  what: "append one event with the hash chain",
  against: "the same append without it",
  figure: cost,
  goal: 1.15,
  floor: 1.4,
  rounds: 9,
  async open() {
    const [chained, plain] = [await temporaryStore(), await temporaryStore()];
    const none: HashChain = { extend() {}, [Symbol.dispose]() {} };
    const unchained = createSqliteEventLog(plain.db, {
      catalogue,
      projector: createProjector(plain.db, allProjections),
      chain: none,
    });
    let next = 0;
    const write = async (log: typeof unchained) => {
      for (let count = 0; count < APPENDS; count++) {
        const events = [requestOf(next++, "https://assets.example/hero.jpg")];
        await log.append({ stream: assetStream(Bun.randomUUIDv7()), expected: "none", events }, METADATA);
      }
    };
    return {
      ours: () => timed(() => write(chained.log)),
      theirs: () => timed(() => write(unchained)),
      note: (ours, theirs) => {
        const each = (milliseconds: number) => `${((milliseconds / APPENDS) * 1000).toFixed(0)} µs`;
        return `${each(ours)} an append against ${each(theirs)}`;
      },
      async [Symbol.asyncDispose]() {
        unchained.close();
        chained[Symbol.dispose]();
        plain[Symbol.dispose]();
      },
    };
  },
};
