import { AppError } from "../core/errors.ts";

/** The shortest scene, in tenths of a second. */
export const MIN_SCENE_TENTHS = 5;

const COMFORTABLE = { min: 40, max: 100 };
const COUNT_BY_SECONDS = [
  { upTo: 15, scenes: 3 },
  { upTo: 30, scenes: 4 },
  { upTo: 45, scenes: 5 },
  { upTo: 60, scenes: 6 },
];

/** The allowed number of scenes in a storyboard (`SCENES_PER_VIDEO_MIN` and `_MAX`). */
export interface SceneBounds {
  readonly min: number;
  readonly max: number;
}

/** The bounds when nothing is configured. */
export const DEFAULT_BOUNDS: SceneBounds = { min: 3, max: 7 };

/**
 * Converts seconds to whole tenths. All arithmetic on durations uses tenths, because 0.1 + 0.2 is not 0.3.
 *
 * @throws {AppError} `validation_failed` for a number that is not finite or has finer steps than tenths
 */
export function toTenths(seconds: number): number {
  if (!isInTenths(seconds)) {
    throw invalid(`Cannot use ${seconds} seconds as a duration: it must be a whole number of tenths of a second`);
  }
  return Math.round(seconds * 10);
}

/** Returns true for a finite number of seconds in whole tenths, apart from floating-point drift. */
export function isInTenths(seconds: number): boolean {
  const tenths = Math.round(seconds * 10);
  return Number.isSafeInteger(tenths) && Math.abs(seconds * 10 - tenths) <= 1e-6;
}

function toSeconds(tenths: number): number {
  return tenths / 10;
}

/** Returns the exact sum of durations in seconds, without floating-point drift. */
export function sumOf(durations: readonly number[]): number {
  return toSeconds(durations.reduce((sum, duration) => sum + toTenths(duration), 0));
}

/** Returns the number of half-second scenes that fit into a video of `seconds`. */
export function mostScenes(seconds: number): number {
  return Math.max(1, Math.floor(toTenths(seconds) / MIN_SCENE_TENTHS));
}

/**
 * Returns the number of scenes for a video of `seconds`: 3 up to 15 s, 4 up to 30, 5 up to 45, 6 up to 60, else 7,
 * within the bounds and with at least half a second per scene.
 *
 * If the bounds allow more than 7, a video over 70 s gets a scene for every 10 s.
 */
export function sceneCount(seconds: number, bounds: SceneBounds = DEFAULT_BOUNDS): number {
  const byTable = COUNT_BY_SECONDS.find(({ upTo }) => seconds <= upTo)?.scenes;
  const wanted = byTable ?? Math.max(7, Math.ceil(toTenths(seconds) / COMFORTABLE.max));
  return Math.min(Math.max(Math.min(wanted, bounds.max), bounds.min), mostScenes(seconds));
}

/**
 * Divides `total` seconds in proportion to `wishes`; the parts add up exactly. A wish that is not a positive finite
 * number counts as the average of the others. Each part is 4 to 10 s if the total allows it, and at least 0.5 s.
 *
 * @throws {AppError} `validation_failed` when `total` is too short for that many scenes
 */
export function allocate(wishes: readonly number[], total: number): number[] {
  return share(wishes, toTenths(total), comfortable(wishes.length, toTenths(total))).map(toSeconds);
}

/**
 * Sets scene `index` to `duration` seconds and shares the difference among the other scenes in proportion to their
 * durations, so that the sum stays exact. An edit may leave the usual 4 to 10 s, but every scene keeps half a second.
 *
 * @throws {AppError} `validation_failed` when the other scenes cannot make up the difference or there are none
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
 * Removes scene `index` and shares its time among the others in proportion to their durations.
 *
 * @throws {AppError} `validation_failed` for the only scene
 */
export function removeDuration(durations: readonly number[], index: number): number[] {
  const tenths = durations.map(toTenths);
  if (tenths[index] === undefined) throw invalid(`Cannot delete scene ${index + 1}: there are ${tenths.length} scenes`);
  if (tenths.length === 1) throw invalid("Cannot delete the scene: it is the only one");
  return share(tenths.toSpliced(index, 1), sum(tenths)).map(toSeconds);
}

interface Limits {
  readonly min: number;
  readonly max: number;
}

function comfortable(count: number, total: number): Limits {
  const average = total / count;
  return {
    // In a short video half the average is still long enough to be seen.
    min: average >= COMFORTABLE.min ? COMFORTABLE.min : Math.max(MIN_SCENE_TENTHS, Math.floor(average / 2)),
    max: average <= COMFORTABLE.max ? COMFORTABLE.max : Math.ceil(average * 1.5),
  };
}

/** Divides `total` by the largest-remainder method into integers within the limits, in proportion to the wishes. */
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

/** Returns weights in (0, 1]. A ratio over 1000 has no effect, because 180 s is only 360 times half a second. */
function weights(wishes: readonly number[]): number[] {
  const good = wishes.filter((wish) => Number.isFinite(wish) && wish > 0);
  const most = Math.max(...good, Number.MIN_VALUE);
  const average = good.length === 0 ? 1 : good.reduce((mean, wish) => mean + wish / most / good.length, 0);
  return wishes.map((wish) => Math.max(0.001, Number.isFinite(wish) && wish > 0 ? wish / most : average));
}

/** Finds λ by bisection so that the values λ·weight, clamped to the limits, add up to `total`. */
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
