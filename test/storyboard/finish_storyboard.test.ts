import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { AppError } from "../../src/core/errors.ts";
import { countProblems, finishStoryboard, wordProblems } from "../../src/storyboard/finish_storyboard.ts";
import { acceptStoryboard, type SceneDraft, type StoredStoryboard, sumOf } from "../../src/storyboard/mod.ts";
import { anyBrief, brief, image } from "./briefs.ts";

const scene = (more: Partial<SceneDraft> = {}): SceneDraft => ({
  duration: 10,
  description: "A bottle.",
  script: "Drink.",
  shotType: "Extreme Close-Up",
  transition: "cross-fade",
  ...more,
});

describe("a model's answer made lawful", () => {
  test("has exact durations, known shots and only known assets, each of them used, for any numbers", () => {
    const wishes = fc.array(fc.oneof(fc.double(), fc.constantFrom(-1, 0, 1e9, Number.NaN)), {
      minLength: 3,
      maxLength: 6,
    });
    fc.assert(
      fc.property(anyBrief, wishes, (given, durations) => {
        const scenes = finishStoryboard(
          durations.map((duration) => scene({ duration, assets: ["asset-0", "asset-0", "made-up"] })),
          given,
        );
        expect(sumOf(scenes.map(({ duration }) => duration))).toBe(given.duration);
        expect(new Set(scenes.flatMap(({ assets }) => assets))).toEqual(new Set(given.assets.map(({ id }) => id)));
        expect(scenes[0]).toMatchObject({ shotType: "detail", transition: "dissolve" });
      }),
      { numRuns: 100 },
    );
  });

  test("carries the call to action at the end, once", () => {
    const last = (script: string) => finishStoryboard([scene(), scene(), scene({ script })], brief()).at(-1)?.script;
    expect(last("Go.")).toBe("Go. Shop now");
    expect(last("So SHOP NOW!")).toBe("So SHOP NOW!");
    expect(last("")).toBe("Shop now");
    expect(last("x".repeat(5000))).toEndWith("Shop now");
  });

  test("places left-out assets by role, kind and name", () => {
    const assets = [
      image("first", { role: "first_frame" }),
      image("logo", { name: "acme-logo.svg" }),
      image("pack", { role: "Product Shot" }),
      image("end", { role: "closing_frame" }),
      { id: "song", kind: "audio" as const, name: "song.mp3" },
    ];
    const scenes = finishStoryboard([scene(), scene(), scene({ shotType: "product" }), scene()], brief({ assets }));
    expect(scenes.map((one) => one.assets)).toEqual([["first", "song"], [], ["pack"], ["logo", "end"]]);
  });

  test("drops metadata that is too large to keep, and keeps the rest", () => {
    const scenes = finishStoryboard(
      [scene({ metadata: { mood: "calm" } }), scene({ metadata: { junk: "x".repeat(10_000) } }), scene()],
      brief(),
    );
    expect(scenes.map(({ metadata }) => metadata)).toEqual([{ mood: "calm" }, undefined, undefined]);
  });

  test("never has a forbidden word, but a word that contains one is free", () => {
    const given = brief({ brand: { restrictions: ["cheap"] } });
    const scenes = finishStoryboard([scene({ script: "Cheap, cheap, cheap. Cheapside." }), scene(), scene()], given);
    expect(scenes[0]?.script).toBe("Cheapside.");
  });
});

describe("the problems of a model's answer", () => {
  test("are a hundred scenes, or more than fit half a second each", () => {
    expect(
      countProblems(
        Array.from({ length: 100 }, () => scene()),
        brief(),
      ),
    ).toEqual(["/scenes: there are 100 scenes, there must be 3 to 7"]);
    expect(
      countProblems(
        Array.from({ length: 7 }, () => scene()),
        brief({ duration: 3 }),
      ),
    ).toHaveLength(1);
    expect(countProblems([], brief())).toHaveLength(1);
    expect(countProblems([scene(), scene(), scene()], brief())).toEqual([]);
  });

  test("are words that the brand forbids", () => {
    const given = brief({ brand: { restrictions: "Avoid: drink, booze" } });
    expect(wordProblems([scene(), scene({ script: "Sip." }), scene({ script: "Drinks!" })], given)).toHaveLength(2);
  });
});

describe("a storyboard that a person gave", () => {
  const given = (...durations: number[]): StoredStoryboard => ({
    scenes: durations.map((duration) => ({ ...scene({ duration }), shotType: "my own shot" })),
  });
  const detailsOf = (run: () => unknown) => {
    try {
      return run();
    } catch (error) {
      if (error instanceof AppError && error.code === "validation_failed") return error.details;
      throw error;
    }
  };

  test("is used word for word, with the left-out assets placed", () => {
    const scenes = acceptStoryboard(given(10, 10, 10), brief({ assets: [image("a")] }));
    expect(scenes.map(({ shotType, script }) => [shotType, script])).toEqual(Array(3).fill(["my own shot", "Drink."]));
    expect(scenes.flatMap(({ assets }) => assets)).toEqual(["a"]);
  });

  test("is refused when it does not add up, has too many scenes or another's asset", () => {
    expect(detailsOf(() => acceptStoryboard(given(10, 10, 9.9), brief()))).toEqual([
      { path: "creative.storyboard.scenes", message: "Durations add up to 29.9 s, the video lasts 30 s" },
    ]);
    expect(detailsOf(() => acceptStoryboard(given(...Array(100).fill(0.5)), brief()))).toHaveLength(1);
    expect(detailsOf(() => acceptStoryboard(given(10.01, 10, 10), brief()))).toEqual([
      { path: "creative.storyboard.scenes.0.duration", message: "must be a whole number of tenths of a second" },
    ]);
    const foreign = { scenes: [scene({ assets: ["not-mine"] }), scene(), scene()] };
    expect(detailsOf(() => acceptStoryboard(foreign, brief()))).toHaveLength(1);
  });
});
