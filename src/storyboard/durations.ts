import { AppError } from "../core/errors.ts";

/** No scene is ever shorter than this, in tenths of a second. */
export const MIN_SCENE_TENTHS = 5;

const COMFORTABLE = { min: 40, max: 100 };
const COUNT_BY_SECONDS = [
  { upTo: 15, scenes: 3 },
  { upTo: 30, scenes: 4 },
  { upTo: 45, scenes: 5 },
  { upTo: 60, scenes: 6 },
];

/** How few and how many scenes a storyboard may have (`SCENES_PER_VIDEO_MIN` and `_MAX`). */
export interface SceneBounds {
  readonly min: number;
  readonly max: number;
}

/** The bounds of design section 5. */
export const DEFAULT_BOUNDS: SceneBounds = { min: 3, max: 7 };

/**
 * Tenths of a second as an integer; `validation_failed` for a number with finer steps or that is not finite.
 *
 * All arithmetic on durations is done in tenths, because 0.1 + 0.2 is not 0.3.
 */
export function toTenths(seconds: number): number {
  if (!isInTenths(seconds)) {
    throw invalid(`Cannot use ${seconds} seconds as a duration: it must be a whole number of tenths of a second`);
  }
  return Math.round(seconds * 10);
}

/** Whether a number of seconds is finite and has no finer steps than tenths, but for the drift of floats. */
export function isInTenths(seconds: number): boolean {
  const tenths = Math.round(seconds * 10);
  return Number.isSafeInteger(tenths) && Math.abs(seconds * 10 - tenths) <= 1e-6;
}

/** Seconds with at most one decimal, of tenths. */
function toSeconds(tenths: number): number {
  return tenths / 10;
}

/** The exact sum of durations in seconds, without the drift of floats. */
export function sumOf(durations: readonly number[]): number {
  return toSeconds(durations.reduce((sum, duration) => sum + toTenths(duration), 0));
}

/** How many scenes of at least half a second fit into a video of `seconds`. */
export function mostScenes(seconds: number): number {
  return Math.max(1, Math.floor(toTenths(seconds) / MIN_SCENE_TENTHS));
}

/**
 * The number of scenes of a video of `seconds`: 3 up to 15 s, 4 up to 30, 5 up to 45, 6 up to 60, else 7
 * (design, section 5), kept within the bounds and so that each scene can have half a second.
 *
 * Where the bounds allow more than 7, a video over 70 s gets a scene for every 10 s.
 */
export function sceneCount(seconds: number, bounds: SceneBounds = DEFAULT_BOUNDS): number {
  const byTable = COUNT_BY_SECONDS.find(({ upTo }) => seconds <= upTo)?.scenes;
  const wanted = byTable ?? Math.max(7, Math.ceil(toTenths(seconds) / COMFORTABLE.max));
  return Math.min(Math.max(Math.min(wanted, bounds.max), bounds.min), mostScenes(seconds));
}

/**
 * Durations in seconds that add up to `total` exactly, in proportion to `wishes` (any numbers: what is not a positive
 * finite number counts as the average of the others).
 *
 * Each is 4 to 10 s where the total allows it, and never under 0.5 s; `validation_failed` where not even that fits.
 */
export function allocate(wishes: readonly number[], total: number): number[] {
  return share(wishes, toTenths(total), comfortable(wishes.length, toTenths(total))).map(toSeconds);
}

/**
 * The durations after scene `index` was given `duration` seconds: the others give or take the difference in proportion
 * to their own, so that the sum stays exact.
 *
 * A person's wish outranks the comfortable 4 to 10 s; only the half second per scene is held. `validation_failed`
 * where the others cannot give as much, or where there is no other scene.
 */
export function changeDuration(
  durations: readonly number[],
  { index, duration }: { index: number; duration: number },
): number[] {
  const tenths = durations.map(toTenths);
  const wanted = toTenths(duration);
  const before = tenths[index];
  if (before === undefined) throw invalid(`Cannot change scene ${index + 1}: there are ${tenths.length} scenes`);
  if (before === wanted) return [...durations];
  if (wanted < MIN_SCENE_TENTHS) {
    throw invalid(`Cannot change scene ${index + 1} to ${duration} s: a scene lasts at least 0.5 s`);
  }
  const others = tenths.toSpliced(index, 1);
  const rest = sum(tenths) - wanted;
  if (others.length === 0) {
    throw invalid("Cannot change the duration of the only scene: it lasts as long as the video");
  }
  if (rest < others.length * MIN_SCENE_TENTHS) {
    const most = toSeconds(sum(tenths) - others.length * MIN_SCENE_TENTHS);
    throw invalid(`Cannot change scene ${index + 1} to ${duration} s: the other scenes leave at most ${most} s`);
  }
  return share(others, rest).toSpliced(index, 0, wanted).map(toSeconds);
}

/**
 * The durations of the scenes that remain when scene `index` goes: they take its time in proportion to their own.
 * `validation_failed` for the last scene left.
 */
export function removeDuration(durations: readonly number[], index: number): number[] {
  const tenths = durations.map(toTenths);
  if (tenths[index] === undefined) throw invalid(`Cannot delete scene ${index + 1}: there are ${tenths.length} scenes`);
  if (tenths.length === 1) throw invalid("Cannot delete the scene: it is the last one left");
  return share(tenths.toSpliced(index, 1), sum(tenths)).map(toSeconds);
}

interface Limits {
  readonly min: number;
  readonly max: number;
}

function comfortable(count: number, total: number): Limits {
  const average = total / count;
  return {
    // Below the comfortable length no scene may starve the others: half an average is still a beat one can see.
    min: average >= COMFORTABLE.min ? COMFORTABLE.min : Math.max(MIN_SCENE_TENTHS, Math.floor(average / 2)),
    max: average <= COMFORTABLE.max ? COMFORTABLE.max : Math.ceil(average * 1.5),
  };
}

/** Largest remainder: integers within the limits, in proportion to the wishes, whose sum is exactly `total`. */
function share(wishes: readonly number[], total: number, limits: Limits = { min: MIN_SCENE_TENTHS, max: total }) {
  const { min, max } = limits;
  if (wishes.length === 0 || wishes.length * min > total || wishes.length * max < total) {
    throw invalid(`Cannot divide ${toSeconds(total)} s among ${wishes.length} scenes: each lasts at least 0.5 s`);
  }
  const exact = fill(weights(wishes), { total, min, max });
  const parts = exact.map(Math.floor);
  const byRemainder = exact
    .map((value, index) => ({ index, remainder: value - Math.floor(value) }))
    .sort((a, b) => b.remainder - a.remainder || a.index - b.index);
  for (let missing = total - sum(parts); missing !== 0; ) {
    const step = Math.sign(missing);
    for (const { index } of byRemainder) {
      const next = (parts[index] ?? 0) + step;
      if (missing === 0) break;
      if (next < min || next > max) continue;
      parts[index] = next;
      missing -= step;
    }
  }
  return parts;
}

/** Weights in (0, 1]; a ratio over 1000 cannot matter, because 180 s is only 360 times half a second. */
function weights(wishes: readonly number[]): number[] {
  const good = wishes.filter((wish) => Number.isFinite(wish) && wish > 0);
  const most = Math.max(...good, Number.MIN_VALUE);
  const average = good.length === 0 ? 1 : good.reduce((mean, wish) => mean + wish / most / good.length, 0);
  return wishes.map((wish) => Math.max(0.001, Number.isFinite(wish) && wish > 0 ? wish / most : average));
}

/** Real numbers λ·weight, clamped to the limits, whose sum is `total`: λ is found by halving. */
function fill(weights: readonly number[], { total, min, max }: Limits & { total: number }): number[] {
  const at = (scale: number) => weights.map((weight) => Math.min(max, Math.max(min, weight * scale)));
  let low = 0;
  let high = max * 1000;
  for (let step = 0; step < 80; step++) {
    const middle = (low + high) / 2;
    if (sum(at(middle)) < total) low = middle;
    else high = middle;
  }
  return at(low);
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

function invalid(message: string): AppError {
  return new AppError("validation_failed", message);
}
