/** One comparison of Reelog with something plain that does the same. */
export interface Benchmark {
  /** What Reelog does, e.g. "append one event with its projection". */
  readonly what: string;
  /** What it is compared with. */
  readonly against: string;
  readonly figure: Figure;
  /** What the figure should be. */
  readonly goal: number;
  /** Worse than this fails the run; somewhat off the goal, since machines are noisy. */
  readonly floor: number;
  /** How often both are measured, in turns. Default: 7. */
  readonly rounds?: number;
  /** Whether a round that does not count goes before them. Default: true. */
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
  /** What a reader of the table wants to know besides, e.g. events per second. */
  note?(ours: number, theirs: number): string;
}

/** How one pair of measurements becomes the number that goal and floor are of. */
export interface Figure {
  readonly unit: string;
  readonly better: "more" | "less";
  of(ours: number, theirs: number): number;
}

/** How many times as fast as the plain one: 0.5× takes twice the time. */
export const speed: Figure = { unit: "×", better: "more", of: (ours, theirs) => theirs / ours };

/** How many times the plain one's time. */
export const cost: Figure = { unit: "×", better: "less", of: (ours, theirs) => ours / theirs };

/** How many MiB more than the plain one. */
export const growth: Figure = { unit: " MiB", better: "less", of: (ours, theirs) => (ours - theirs) / 1024 ** 2 };

/** The milliseconds that the work took. */
export async function timed(work: () => unknown): Promise<number> {
  const begin = performance.now();
  await work();
  return performance.now() - begin;
}

/** What stands in the middle; of two, the first. */
export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor((values.length - 1) / 2)] ?? Number.NaN;
}
