import { createAssetQueries } from "../../src/assets/mod.ts";
import { type Benchmark, cost, timed } from "./benchmark.ts";
import { temporaryStore } from "./stores.ts";

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

/** A store whose read table was filled by SQL, because a million imports would take a quarter of an hour. */
async function filledStore(count: number) {
  const store = await temporaryStore();
  store.db.run("PRAGMA synchronous = OFF");
  store.db.run(
    `INSERT INTO assets (id, owner, position, client_id, name, type, status, source_url, tags, created_at, updated_at)
     WITH RECURSIVE counter(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM counter WHERE n < ${count})
     SELECT printf('%08x-0000-7000-8000-%012x', n * 2654435761 % 4294967296, n), 'ann', n * 4, 'client-' || (n % 2),
       'Asset ' || n, 'image', 'ready', 'https://assets.example/campaign/' || n || '/hero.jpg', '[]', '', ''
     FROM counter`,
  );
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
