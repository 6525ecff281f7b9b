/** `bun run bench [part of a name]…`: prints a table and exits 1 when a figure is worse than its floor. */
import { accessBenchmarks } from "./access.ts";
import { animaticBenchmarks } from "./animatic.ts";
import { appendBenchmark } from "./append.ts";
import type { Benchmark } from "./benchmark.ts";
import { busyBenchmarks } from "./busy.ts";
import { dataBenchmarks } from "./data.ts";
import { feedBenchmarks } from "./feeds.ts";
import { hashChainBenchmark } from "./hash_chain.ts";
import { importBenchmark } from "./import.ts";
import { jobsBenchmark } from "./jobs.ts";
import { jsonBenchmarks } from "./json.ts";
import { legacyBenchmark } from "./legacy.ts";
import { listBenchmarks } from "./list.ts";
import { longLogBenchmarks } from "./long_log.ts";
import { manyJobsBenchmarks } from "./many_jobs.ts";
import { type Measured, measure } from "./measure.ts";
import { replayBenchmark } from "./replay.ts";
import { tableOf } from "./table.ts";

const benchmarks: readonly Benchmark[] = [
  ...dataBenchmarks,
  ...jsonBenchmarks,
  ...accessBenchmarks,
  importBenchmark,
  ...busyBenchmarks,
  appendBenchmark,
  hashChainBenchmark,
  replayBenchmark,
  ...longLogBenchmarks,
  ...listBenchmarks,
  jobsBenchmark,
  ...manyJobsBenchmarks,
  ...animaticBenchmarks,
  legacyBenchmark,
  ...feedBenchmarks,
];

const wanted = process.argv.slice(2);
const chosen = benchmarks.filter(({ what }) => wanted.length === 0 || wanted.some((part) => what.includes(part)));
if (chosen.length === 0) {
  console.error(
    `Cannot run ${wanted.join(", ")}: the benchmarks are\n${benchmarks.map(({ what }) => what).join("\n")}`,
  );
  process.exit(2);
}

const results: Measured[] = [];
for (const benchmark of chosen) {
  console.error(`… ${benchmark.what}`);
  results.push(await measure(benchmark));
}
console.log(tableOf(results));
process.exit(results.every(({ holdsFloor }) => holdsFloor) ? 0 : 1);
