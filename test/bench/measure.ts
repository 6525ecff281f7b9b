import { type Benchmark, median } from "./benchmark.ts";

/** The result of a benchmark. */
export interface Measured {
  readonly benchmark: Benchmark;
  /** The median of the rounds' figures. */
  readonly figure: number;
  readonly reachesGoal: boolean;
  readonly holdsFloor: boolean;
  readonly note: string;
}

/**
 * Measures both sides in turns, A B A B, so that a slow moment of the machine hits both; a first round warms up and
 * does not count. The figure is the median of the pairs' ratios, not the ratio of two bests.
 */
export async function measure(benchmark: Benchmark): Promise<Measured> {
  const { figure, goal, floor, rounds = 7, warmsUp = true } = benchmark;
  await using contest = await benchmark.open();
  const pairs: { ours: number; theirs: number }[] = [];
  for (let round = warmsUp ? 0 : 1; round <= rounds; round++) {
    const pair = { ours: await contest.ours(), theirs: await contest.theirs() };
    if (round > 0) pairs.push(pair);
  }
  const found = median(pairs.map(({ ours, theirs }) => figure.of(ours, theirs)));
  const reaches = (bound: number) => (figure.better === "more" ? found >= bound : found <= bound);
  const ours = median(pairs.map((pair) => pair.ours));
  const theirs = median(pairs.map((pair) => pair.theirs));
  return {
    benchmark,
    figure: found,
    reachesGoal: reaches(goal),
    holdsFloor: reaches(floor),
    note: contest.note?.(ours, theirs) ?? `${ours.toFixed(1)} ms against ${theirs.toFixed(1)} ms`,
  };
}
