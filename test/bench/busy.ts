import { Type } from "@sinclair/typebox";
import { type Benchmark, cost, type Figure, growth } from "./benchmark.ts";
import { putLargeVideos, videoBody } from "./large_videos.ts";
import { type Load, startLoad } from "./load/load.ts";
import { type FolderOrigin, startFolderOrigin } from "./origin.ts";
import { type Reelog, startReelog } from "./reelog.ts";
import { filledDirectory } from "./stores.ts";

const ASSETS_IN_LIST = 1_000;
const IDLE_REQUESTS = 600;
/** One request in so many milliseconds: that of a frontend, not a load. */
const EVERY_MS = 5;
const MIB = 1024 ** 2;

/** The load of a server during the measurement. */
export interface Work {
  readonly what: string;
  prepare(reelog: Reelog, origin: FolderOrigin): Promise<() => Promise<unknown>>;
}

const importing: Work = {
  what: "8 imports of 90 MB at once",
  async prepare(reelog, origin) {
    const urls = await putLargeVideos(origin, 8);
    const Imported = Type.Object({ id: Type.String(), status: Type.Literal("ready") });
    return async () => {
      const imports = urls.map((url) => reelog.call(Imported, "POST", "/assets/from-url", videoBody(url)));
      for (const { id } of await Promise.all(imports)) await reelog.api("DELETE", `/assets/${id}`);
    };
  },
};

/** The cost of eight large imports at once for the server and for concurrent requests. */
export const busyBenchmarks: readonly Benchmark[] = [
  memoryBenchmark(importing, { goal: 128, floor: 192 }),
  latencyBenchmark(importing, { goal: 5, floor: 10 }),
];

interface Bounds {
  readonly goal: number;
  readonly floor: number;
}

/** The peak of the server's own memory during the work, each time of a new process. */
export function memoryBenchmark(work: Work, bounds: Bounds): Benchmark {
  return {
    what: `peak RSS, ${work.what}`,
    against: "the idle server",
    figure: growth,
    ...bounds,
    rounds: 2,
    async open() {
      let idle = 0;
      let children = 0;
      return {
        async ours() {
          await using site = await openSite(work);
          const { memory } = site.reelog;
          await site.list(IDLE_REQUESTS);
          idle = memory.now();
          memory.forgetPeak();
          await site.work();
          children = memory.peakOfChildren();
          return memory.peak();
        },
        theirs: async () => idle,
        note: (ours, theirs) => {
          const [peak, before, media] = [ours, theirs, children].map((bytes) => Math.round(bytes / MIB));
          return `${peak} MiB against ${before}; the processes that fetch and inspect, counted apart: ${media} MiB`;
        },
        async [Symbol.asyncDispose]() {},
      };
    },
  };
}

/** The longest time of a list of assets during the work. */
export function latencyBenchmark(work: Work, bounds: Bounds): Benchmark {
  const figure: Figure = cost;
  return {
    what: `GET list p99 during ${work.what}`,
    against: "idle p99",
    figure,
    ...bounds,
    rounds: 3,
    async open() {
      const site = await openSite(work);
      let lasted = 0;
      return {
        async ours() {
          const asking = site.ask();
          await site.work();
          const { p99, milliseconds } = await asking.stop();
          lasted = milliseconds;
          return p99;
        },
        theirs: async () => (await site.list(IDLE_REQUESTS)).p99,
        note: (ours, theirs) =>
          `${ours.toFixed(1)} ms against ${theirs.toFixed(1)}; the work took ${(lasted / 1000).toFixed(1)} s`,
        [Symbol.asyncDispose]: () => site[Symbol.asyncDispose](),
      };
    },
  };
}

/** A server with a list of assets, work for it to do, and somebody who asks for the list meanwhile. */
async function openSite({ prepare }: Work) {
  await using stack = new AsyncDisposableStack();
  const directory = stack.use(await filledDirectory(ASSETS_IN_LIST));
  const origin = stack.use(await startFolderOrigin());
  const reelog = stack.use(await startReelog({ ALLOWED_ASSET_DOMAINS: origin.grant }, directory.path));
  const load: Load = stack.use(startLoad());
  const work = await prepare(reelog, origin);
  const list = `${reelog.url}/api/v3/assets?limit=20`;
  const pace = { everyMs: EVERY_MS };
  const open = stack.move();
  return {
    reelog,
    work,
    list: (requests: number) => load.run(list, requests, pace),
    ask: () => load.start(list, pace),
    [Symbol.asyncDispose]: () => open.disposeAsync(),
  };
}
