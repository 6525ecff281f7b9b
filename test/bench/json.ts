import { join } from "node:path";
import { Type } from "@sinclair/typebox";
import { type Benchmark, speed } from "./benchmark.ts";
import { briefOf } from "./brief.ts";
import { answers, freePort } from "./file_server.ts";
import { startLoad } from "./load/load.ts";
import { type FolderOrigin, startFolderOrigin } from "./origin.ts";
import { type Reelog, startReelog } from "./reelog.ts";
import { temporaryDirectory } from "./stores.ts";

const Identified = Type.Object({ id: Type.String() });
const CONNECTIONS = 8;
/** In a round: so many that the just-in-time compiler is done in the first, as on a server that has run for a minute. */
const REQUESTS = 20_000;

/** Single things as JSON. */
export const jsonBenchmarks: readonly Benchmark[] = [
  jsonBenchmark("GET one asset (JSON)", { goal: 0.5, floor: 0.35, path: assetPath }),
  jsonBenchmark("GET job with 7 scenes (JSON)", { goal: 0.4, floor: 0.28, path: jobPath }),
];

interface Subject {
  readonly goal: number;
  readonly floor: number;
  /** Makes the thing. Returns where it is, below `/api/v3`. */
  path(reelog: Reelog, origin: FolderOrigin): Promise<string>;
}

function jsonBenchmark(what: string, { goal, floor, path }: Subject): Benchmark {
  return {
    what,
    against: "a bare Elysia route that returns the same bytes",
    figure: speed,
    goal,
    floor,
    async open() {
      await using stack = new AsyncDisposableStack();
      const origin = stack.use(await startFolderOrigin());
      const reelog = stack.use(await startReelog({ ALLOWED_ASSET_DOMAINS: origin.grant }));
      const url = `${reelog.url}/api/v3${await path(reelog, origin)}`;
      const plain = stack.use(await startRoute(await (await fetch(url)).text()));
      const load = stack.use(startLoad());
      const measured = async (address: string) => {
        return (await load.run(address, REQUESTS, { connections: CONNECTIONS })).milliseconds;
      };
      const open = stack.move();
      return {
        ours: () => measured(url),
        theirs: () => measured(plain.url),
        note: (ours, theirs) => `${perSecond(ours)} requests/s against ${perSecond(theirs)}`,
        [Symbol.asyncDispose]: () => open.disposeAsync(),
      };
    },
  };
}

/** Serves a text from a bare Elysia route, in a process of its own. */
async function startRoute(text: string): Promise<{ readonly url: string } & AsyncDisposable> {
  const directory = temporaryDirectory();
  const file = join(directory.path, "answer.json");
  await Bun.write(file, text);
  const port = freePort();
  const url = `http://127.0.0.1:${port}`;
  const child = Bun.spawn([process.execPath, join(import.meta.dir, "plain_process.ts"), "route", String(port), file], {
    stdio: ["ignore", "inherit", "inherit"],
  });
  await answers(url, () => child.exitCode === null);
  return {
    url,
    async [Symbol.asyncDispose]() {
      child.kill();
      await child.exited;
      directory[Symbol.dispose]();
    },
  };
}

async function assetPath(reelog: Reelog, origin: FolderOrigin): Promise<string> {
  await origin.putFixture("photo.jpg", "photo.jpg");
  const body = { name: "Photo", type: "image", url: `${origin.url}/photo.jpg`, tags: ["product", "summer"] };
  return `/assets/${(await reelog.call(Identified, "POST", "/assets/from-url", body)).id}`;
}

async function jobPath(reelog: Reelog, origin: FolderOrigin): Promise<string> {
  await origin.putFixture("photo.jpg", "photo.jpg");
  const { id } = await reelog.call(Identified, "POST", "/clients", { name: "Aurora" });
  const brief = briefOf(id, { duration: 90, assets: [{ url: `${origin.url}/photo.jpg` }] });
  const Planned = Type.Object({ id: Type.String(), scenes: Type.Array(Type.Unknown(), { minItems: 7, maxItems: 7 }) });
  return `/jobs/${(await reelog.call(Planned, "POST", "/jobs", brief, { prefer: "wait=30" })).id}`;
}

function perSecond(milliseconds: number): number {
  return Math.round((REQUESTS / milliseconds) * 1000);
}
