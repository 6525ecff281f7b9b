import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { AppError } from "../../src/core/errors.ts";
import {
  allocate,
  changeDuration,
  mostScenes,
  removeDuration,
  sceneCount,
  sumOf,
  toTenths,
} from "../../src/storyboard/mod.ts";

const tenths = (duration: number) => Math.round(duration * 10);
const total = fc.integer({ min: 30, max: 1800 }).map((value) => value / 10);
const anyNumber = fc.oneof(
  fc.double(),
  fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, -1, 0, 1e9, 1e308, 5e-324),
  fc.double({ min: 0.1, max: 60, noNaN: true }),
);
const storyboard = fc
  .tuple(total, fc.array(anyNumber, { minLength: 1, maxLength: 7 }))
  .filter(([seconds, wishes]) => wishes.length <= mostScenes(seconds))
  .map(([seconds, wishes]) => ({ seconds, durations: allocate(wishes, seconds) }));

function codeOf(run: () => unknown): string | undefined {
  try {
    run();
    return undefined;
  } catch (error) {
    return error instanceof AppError ? error.code : String(error);
  }
}

describe("the number of scenes", () => {
  test.each([
    [3, 3],
    [15, 3],
    [15.1, 4],
    [30, 4],
    [45, 5],
    [60, 6],
    [60.1, 7],
    [180, 7],
  ])("of a video of %d s is %d", (seconds, count) => {
    expect(sceneCount(seconds)).toBe(count);
  });

  test("stays within configured bounds", () => {
    expect(sceneCount(3, { min: 5, max: 7 })).toBe(5);
    expect(sceneCount(180, { min: 1, max: 2 })).toBe(2);
    expect(sceneCount(120, { min: 3, max: 20 })).toBe(12);
  });

  test("leaves half a second for each scene, whatever the bounds say", () => {
    expect(sceneCount(3, { min: 50, max: 100 })).toBe(6);
  });
});

describe("allocated durations", () => {
  test("add up exactly and are at least half a second, for any total and any wishes", () => {
    fc.assert(
      fc.property(storyboard, ({ seconds, durations }) => {
        expect(sumOf(durations)).toBe(seconds);
        for (const duration of durations) {
          expect(duration).toBeGreaterThanOrEqual(0.5);
          expect(tenths(duration) / 10).toBe(duration);
        }
      }),
      { numRuns: 300 },
    );
  });

  test("are 4 to 10 s each where the total allows it", () => {
    fc.assert(
      fc.property(storyboard, ({ seconds, durations }) => {
        const average = seconds / durations.length;
        expect(Math.min(...durations)).toBeGreaterThanOrEqual(average >= 4 ? 4 : 0.5);
        expect(Math.max(...durations)).toBeLessThanOrEqual(average <= 10 ? 10 : seconds);
      }),
      { numRuns: 300 },
    );
  });

  test("are the wishes themselves where these already fit", () => {
    expect(allocate([4.3, 5.1, 5.6], 15)).toEqual([4.3, 5.1, 5.6]);
  });

  test("keep the proportions of wishes for another total", () => {
    expect(allocate([1, 1, 2], 20)).toEqual([5, 5, 10]);
  });

  test("treat a senseless wish as an average one", () => {
    expect(allocate([5, Number.NaN, 5], 15)).toEqual([5, 5, 5]);
    expect(allocate([0, 0, 0], 3)).toEqual([1, 1, 1]);
  });

  test("are refused where half a second each does not fit", () => {
    expect(codeOf(() => allocate([1, 1, 1, 1, 1, 1, 1], 3))).toBe("validation_failed");
    expect(codeOf(() => allocate([], 3))).toBe("validation_failed");
  });
});

describe("a changed duration", () => {
  test("is taken from the others in proportion", () => {
    expect(changeDuration([5, 5, 10, 10], { index: 0, duration: 10 })).toEqual([10, 4, 8, 8]);
  });

  test("keeps the sum, the wish and half a second each, or is refused", () => {
    fc.assert(
      fc.property(storyboard, fc.nat(6), fc.integer({ min: -5, max: 1900 }), ({ seconds, durations }, at, wish) => {
        const index = at % durations.length;
        const duration = wish / 10;
        try {
          const changed = changeDuration(durations, { index, duration });
          expect(changed[index]).toBe(duration);
          expect(sumOf(changed)).toBe(seconds);
          expect(Math.min(...changed)).toBeGreaterThanOrEqual(0.5);
          expect(changed).toHaveLength(durations.length);
        } catch (error) {
          if (!(error instanceof AppError)) throw error;
          expect(error.code).toBe("validation_failed");
          expect(duration < 0.5 || duration > seconds - 0.5 * (durations.length - 1) || durations.length === 1).toBe(
            true,
          );
        }
      }),
      { numRuns: 300 },
    );
  });

  test("says what the others leave when they cannot give enough", () => {
    expect(() => changeDuration([5, 5, 5], { index: 1, duration: 14.5 })).toThrow(
      "the other scenes leave at most 14 s",
    );
  });

  test("is refused in steps finer than a tenth, and for a scene that is not there", () => {
    for (const duration of [5.05, Number.NaN, Number.POSITIVE_INFINITY, -1, 0]) {
      expect(codeOf(() => changeDuration([5, 5, 5], { index: 0, duration }))).toBe("validation_failed");
    }
    expect(codeOf(() => changeDuration([5, 5], { index: 2, duration: 5 }))).toBe("validation_failed");
    expect(codeOf(() => changeDuration([5], { index: 0, duration: 4 }))).toBe("validation_failed");
    expect(changeDuration([5], { index: 0, duration: 5 })).toEqual([5]);
  });
});

describe("a deleted scene's time", () => {
  test("goes to the rest in proportion", () => {
    expect(removeDuration([6, 4, 8], 0)).toEqual([6, 12]);
  });

  test("keeps the sum for any storyboard", () => {
    fc.assert(
      fc.property(storyboard, fc.nat(6), ({ seconds, durations }, at) => {
        fc.pre(durations.length > 1);
        const rest = removeDuration(durations, at % durations.length);
        expect(rest).toHaveLength(durations.length - 1);
        expect(sumOf(rest)).toBe(seconds);
      }),
      { numRuns: 300 },
    );
  });

  test("cannot go anywhere from the last scene left", () => {
    expect(codeOf(() => removeDuration([5], 0))).toBe("validation_failed");
  });
});

test("tenths of a number with float noise are what a person meant", () => {
  expect(toTenths(0.1 + 0.2)).toBe(3);
  expect(toTenths(179.9)).toBe(1799);
});
