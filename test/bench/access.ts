import { Type } from "@sinclair/typebox";
import { newKey } from "../support/keys.ts";
import { type Benchmark, cost, speed } from "./benchmark.ts";
import { startLoad } from "./load/load.ts";
import { type Reelog, startReelog } from "./reelog.ts";
import { temporaryDirectory } from "./stores.ts";

const Identified = Type.Object({ id: Type.String() });
/** In a round: so many that the just-in-time compiler is done in the first, as on a server that has run for a minute. */
const REQUESTS = 20_000;
const CONNECTIONS = 8;
const QUIET_REQUESTS = 400;
/** One request in so many milliseconds: that of a frontend. */
const QUIET_EVERY_MS = 10;
/** Each asks as fast as it is answered. */
const FLOODERS = 8;
const RATE_LIMITED = 429;

/** The cost of keys, and of one owner's flood for another owner. */
export const accessBenchmarks: readonly Benchmark[] = [keyBenchmark(), floodBenchmark()];

function keyBenchmark(): Benchmark {
  return {
    what: "GET one client with a key, counted",
    against: "the same on an open server",
    figure: speed,
    goal: 0.9,
    floor: 0.8,
    // The difference is a few microseconds: less than the machine's noise between two rounds.
    rounds: 25,
    async open() {
      await using stack = new AsyncDisposableStack();
      const directory = stack.use(temporaryDirectory());
      const key = await newKey(directory.path, "ann");
      const closed = stack.use(await startReelog({ RATE_LIMIT_RPS: "1000000" }, directory.path));
      const open = stack.use(await startReelog());
      const load = stack.use(startLoad());
      const withKey = await clientAt(closed, key.headers);
      const without = await clientAt(open);
      const measured = async (url: string, headers: Record<string, string> = {}) =>
        (await load.run(url, REQUESTS, { connections: CONNECTIONS, headers })).milliseconds;
      const moved = stack.move();
      return {
        ours: () => measured(withKey, key.headers),
        theirs: () => measured(without),
        note: (ours, theirs) => `${perSecond(ours)} requests/s against ${perSecond(theirs)}`,
        [Symbol.asyncDispose]: () => moved.disposeAsync(),
      };
    },
  };
}

function floodBenchmark(): Benchmark {
  return {
    what: "GET one client p99 of a quiet owner while another floods",
    against: "idle p99",
    figure: cost,
    goal: 3,
    floor: 6,
    rounds: 9,
    async open() {
      await using stack = new AsyncDisposableStack();
      const directory = stack.use(temporaryDirectory());
      const [quiet, loud] = [await newKey(directory.path, "quiet"), await newKey(directory.path, "loud")];
      const reelog = stack.use(await startReelog({}, directory.path));
      const load = stack.use(startLoad());
      const flood = stack.use(startLoad());
      const url = await clientAt(reelog, quiet.headers);
      let refusals = 0;
      const p99 = async () =>
        (await load.run(url, QUIET_REQUESTS, { everyMs: QUIET_EVERY_MS, headers: quiet.headers })).p99;
      const moved = stack.move();
      return {
        async ours() {
          const flooding = flood.start(`${reelog.url}/api/v3/clients`, {
            headers: loud.headers,
            connections: FLOODERS,
            refusal: RATE_LIMITED,
          });
          const measured = await p99();
          refusals = (await flooding.stop()).refused;
          return measured;
        },
        theirs: p99,
        note: (ours, theirs) => `${ours.toFixed(1)} ms against ${theirs.toFixed(1)}; ${refusals} requests were refused`,
        [Symbol.asyncDispose]: () => moved.disposeAsync(),
      };
    },
  };
}

async function clientAt(reelog: Reelog, headers: Record<string, string> = {}): Promise<string> {
  const { id } = await reelog.call(Identified, "POST", "/clients", { name: "Acme" }, headers);
  return `${reelog.url}/api/v3/clients/${id}`;
}

function perSecond(milliseconds: number): string {
  return Math.round(REQUESTS / (milliseconds / 1000)).toLocaleString("en");
}
