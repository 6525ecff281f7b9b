import { createAssetQueries } from "../../src/assets/mod.ts";
import { type Benchmark, cost, timed } from "./benchmark.ts";
import { fillAssets, temporaryStore } from "./stores.ts";

const MANY = 1_000_000;
const FEW = 1_000;
const PAGES = 40;
const LIMIT = 100;

/** The filters of a list that a frontend uses most. */
export const listBenchmarks: readonly Benchmark[] = [
  pageBenchmark("GET list, a page at 1,000,000 assets", {}),
  pageBenchmark("GET list by client and type, a page at 1,000,000", { client_id: "client-1", asset_type: "image" }),
];

type Filter = Partial<Parameters<ReturnType<typeof createAssetQueries>["list"]>[1]>;

function pageBenchmark(what: string, filter: Filter): Benchmark {
  return {
    what,
    against: "at 1,000",
    figure: cost,
    goal: 1.5,
    floor: 2,
    rounds: 15,
    async open() {
      const many = await filledStore(MANY);
      const few = await filledStore(FEW);
      return {
        ours: () => timed(() => many.read(filter)),
        theirs: () => timed(() => few.read(filter)),
        note: (ours, theirs) => `${(ours / PAGES).toFixed(2)} ms a page against ${(theirs / PAGES).toFixed(2)}`,
        async [Symbol.asyncDispose]() {
          many[Symbol.dispose]();
          few[Symbol.dispose]();
        },
      };
    },
  };
}

async function filledStore(count: number) {
  const store = await temporaryStore();
  fillAssets(store.db, count);
  const queries = createAssetQueries(store.read);
  return {
    /** Pages from all depths, from the newest to the oldest full page. */
    read(filter: Filter) {
      for (let index = 0; index < PAGES; index++) {
        const depth = (index / PAGES) * (count - 4 * LIMIT);
        const page = queries.list(
          "ann",
          { status: "ready", ...filter },
          {
            by: "cursor",
            limit: LIMIT,
            before: Math.floor(count - depth) * 4,
          },
        );
        if (page.items.length !== LIMIT) throw new Error(`Cannot compare: ${page.items.length} rows in a page`);
      }
    },
    [Symbol.dispose]: store[Symbol.dispose],
  };
}
