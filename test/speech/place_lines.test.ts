/** The places of spoken lines on a film. */
import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { placeLines, type SceneLine } from "../../src/speech/mod.ts";

/** A line of words of half a second each, which begin every 0.6 seconds. */
function line(sceneId: string, words: number): SceneLine {
  const timing = "aligned" as const;
  const spoken = Array.from({ length: words }, (_, index) => {
    return { text: `w${index}`, start: index * 0.6, end: index * 0.6 + 0.5, timing };
  });
  return { sceneId, duration: words * 0.6 + 0.4, words: spoken };
}

function scenesOf(seconds: readonly number[]) {
  let end = 0;
  return seconds.map((length, index) => {
    const start = end;
    end += length;
    return { sceneId: `s${index}`, start, end };
  });
}

describe("place lines", () => {
  test("a line that fits: starts just after its scene does", () => {
    const { placed, cut } = placeLines(scenesOf([3, 4]), [line("s0", 3), line("s1", 3)]);
    expect(placed.map(({ start }) => start)).toEqual([0.25, 3.25]);
    expect(placed.map(({ words }) => words.map((word) => word.start))).toEqual([
      [0.25, 0.85, 1.45],
      [3.25, 3.85, 4.45],
    ]);
    expect(cut).toEqual([]);
  });

  test("a line that is too long: runs into a scene where nobody speaks", () => {
    const { placed, cut } = placeLines(scenesOf([2, 3]), [line("s0", 6)]);
    expect(placed).toMatchObject([{ sceneId: "s0", start: 0.25, end: 3.9 }]);
    expect(cut).toEqual([]);
  });

  test("a line that is too long: the next one waits for it while its own scene has the time", () => {
    const { placed, cut } = placeLines(scenesOf([2, 4]), [line("s0", 4), line("s1", 3)]);
    expect(placed[0]).toMatchObject({ start: 0.25, end: 2.7 });
    expect(placed[1]?.start).toBeCloseTo(3.07, 3);
    expect(cut).toEqual([]);
  });

  test("a line without room: ends with its last whole word", () => {
    const { placed, cut } = placeLines(scenesOf([2, 2]), [line("s0", 8), line("s1", 3)]);
    expect(placed[0]?.words).toHaveLength(3);
    expect(placed[0]?.end).toBeLessThanOrEqual(2);
    expect(cut).toEqual(["s0"]);
  });

  test("a line without room for its first word: is left out", () => {
    const { placed, cut } = placeLines(scenesOf([0.4, 2.5]), [line("s0", 2), line("s1", 4)]);
    expect(placed.map(({ sceneId }) => sceneId)).toEqual(["s1"]);
    expect(cut).toEqual(["s0"]);
  });

  test("any lines: do not overlap, end within the film, and end at the end of a word", () => {
    const scene = fc.record({ seconds: fc.integer({ min: 5, max: 300 }), words: fc.integer({ min: 0, max: 60 }) });
    fc.assert(
      fc.property(fc.array(scene, { minLength: 1, maxLength: 8 }), (given) => {
        const scenes = scenesOf(given.map(({ seconds }) => seconds / 10));
        const lines = scenes.flatMap(({ sceneId }, index) => {
          const words = given[index]?.words ?? 0;
          return words > 0 ? [line(sceneId, words)] : [];
        });
        const { placed, cut } = placeLines(scenes, lines);
        const film = scenes.at(-1)?.end ?? 0;
        let free = 0;
        for (const { sceneId, start, end, words } of placed) {
          const from = scenes.find((each) => each.sceneId === sceneId)?.start ?? 0;
          expect(start).toBeGreaterThanOrEqual(Math.max(free, from) - 0.001);
          expect(end).toBeLessThanOrEqual(film + 0.001);
          expect(words.at(-1)?.end).toBeLessThanOrEqual(end + 0.001);
          expect(words[0]?.start).toBeCloseTo(start, 2);
          free = end;
        }
        const whole = placed.filter(({ sceneId, words }) => words.length === lineOf(lines, sceneId).words.length);
        expect(new Set([...whole.map(({ sceneId }) => sceneId), ...cut])).toEqual(
          new Set(lines.map(({ sceneId }) => sceneId)),
        );
      }),
    );
  });
});

function lineOf(lines: readonly SceneLine[], sceneId: string): SceneLine {
  const found = lines.find((each) => each.sceneId === sceneId);
  if (!found) throw new Error(`no line of ${sceneId}`);
  return found;
}
