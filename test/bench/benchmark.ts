/** One comparison of Reelog with something plain that does the same. */
export interface Benchmark {
  /** The measured work, e.g. "append one event with its projection". */
  readonly what: string;
  /** The work that it is compared with. */
  readonly against: string;
  readonly figure: Figure;
  /** The goal of the figure. */
  readonly goal: number;
  /** Worse than this fails the run; somewhat off the goal, since machines are noisy. */
  readonly floor: number;
  /** The number of rounds, in which both are measured in turns. Default: 7. */
  readonly rounds?: number;
  /** True runs a round before them that does not count (default). */
  readonly warmsUp?: boolean;
  /** Makes what both need; the time that this takes counts for nothing. */
  open(): Promise<Contest>;
}

/** Both sides of a comparison, each doing the same amount of work at every call. */
export interface Contest extends AsyncDisposable {
  /** Does Reelog's part. Returns what was measured: milliseconds, or bytes for a {@linkcode growth}. */
  ours(): Promise<number>;
  /** Does the plain part. */
  theirs(): Promise<number>;
  /** A further figure for readers of the table, e.g. events per second. */
  note?(ours: number, theirs: number): string;
}

/** A function from one pair of measurements to the figure of goal and floor. */
export interface Figure {
  readonly unit: string;
  readonly better: "more" | "less";
  of(ours: number, theirs: number): number;
}

/** The speed relative to the plain work: 0.5× takes twice the time. */
export const speed: Figure = { unit: "×", better: "more", of: (ours, theirs) => theirs / ours };

/** The time relative to the plain work. */
export const cost: Figure = { unit: "×", better: "less", of: (ours, theirs) => ours / theirs };

/** The difference to the plain work in MiB. */
export const growth: Figure = { unit: " MiB", better: "less", of: (ours, theirs) => (ours - theirs) / 1024 ** 2 };

/** The milliseconds that the work took. */
export async function timed(work: () => unknown): Promise<number> {
  const begin = performance.now();
  await work();
  return performance.now() - begin;
}

/** Returns the median; of two, the first. */
export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor((values.length - 1) / 2)] ?? Number.NaN;
}
