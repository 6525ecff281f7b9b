import { Type } from "@sinclair/typebox";
import { type Benchmark, speed } from "./benchmark.ts";
import { FILE_SERVER_NAME, startFileServer } from "./file_server.ts";
import { startLoad } from "./load/load.ts";
import { startFolderOrigin } from "./origin.ts";
import { startReelog } from "./reelog.ts";

const KB = 1_000;

/** The bytes of assets, large, middling and small. */
export const dataBenchmarks: readonly Benchmark[] = [
  dataBenchmark("GET data, 5 MB", { bytes: 5_000 * KB, requests: 400, goal: 0.9, floor: 0.7 }),
  // Below a megabyte Bun reads a file and writes it, where nginx lets the kernel send it: a bare `Bun.serve` has 0.63×.
  dataBenchmark("GET data, 500 kB", { bytes: 500 * KB, requests: 2_000, goal: 0.9, floor: 0.5 }),
  dataBenchmark("GET data, 20 kB", { bytes: 20 * KB, requests: 20_000, goal: 0.5, floor: 0.35 }),
];

const CONNECTIONS = 8;

interface Size {
  readonly bytes: number;
  readonly requests: number;
  readonly goal: number;
  readonly floor: number;
}

function dataBenchmark(what: string, { bytes, requests, goal, floor }: Size): Benchmark {
  return {
    what,
    against: FILE_SERVER_NAME,
    figure: speed,
    goal,
    floor,
    async open() {
      await using stack = new AsyncDisposableStack();
      const origin = stack.use(await startFolderOrigin());
      await origin.put("text.txt", "All work and no play.\n".repeat(bytes / 20).slice(0, bytes));
      const reelog = stack.use(await startReelog({ ALLOWED_ASSET_DOMAINS: origin.grant }));
      const plain = stack.use(await startFileServer(origin.folder));
      const load = stack.use(startLoad());
      const body = { name: "Text", type: "document", url: `${origin.url}/text.txt` };
      const asset = await reelog.call(Type.Object({ url: Type.String() }), "POST", "/assets/from-url", body);
      const measured = async (url: string) => {
        const result = await load.run(url, requests, { connections: CONNECTIONS });
        if (result.bytes !== bytes * requests) throw new Error(`Cannot compare: ${url} sends ${result.bytes} bytes`);
        return result.milliseconds;
      };
      const open = stack.move();
      return {
        ours: () => measured(reelog.url + asset.url),
        theirs: () => measured(`${plain.url}/text.txt`),
        note: (ours, theirs) => `${perSecond(requests, ours)} requests/s against ${perSecond(requests, theirs)}`,
        [Symbol.asyncDispose]: () => open.disposeAsync(),
      };
    },
  };
}

function perSecond(count: number, milliseconds: number): number {
  return Math.round((count / milliseconds) * 1000);
}
