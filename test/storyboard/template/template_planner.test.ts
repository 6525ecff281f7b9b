import { describe, expect, test } from "bun:test";
import { Value } from "@sinclair/typebox/value";
import fc from "fast-check";
import { type PlannedScene, SceneDraft, sceneCount, sumOf } from "../../../src/storyboard/mod.ts";
import { countWords, essence } from "../../../src/storyboard/text.ts";
import { anyBrief, brief, image } from "../briefs.ts";
import { plan, planner, spoken } from "./plans.ts";

describe("a storyboard from the template", () => {
  test("is lawful for any brief: exact durations, valid scenes, every asset used, as many scenes as the rule says", async () => {
    await fc.assert(
      fc.asyncProperty(anyBrief, async (given) => {
        const scenes = await plan(given);
        expect(scenes).toHaveLength(sceneCount(given.duration));
        expect(sumOf(scenes.map(({ duration }) => duration))).toBe(given.duration);
        for (const scene of scenes) expect([...Value.Errors(SceneDraft, scene)]).toEqual([]);
        expect(new Set(scenes.flatMap(({ assets }) => assets))).toEqual(new Set(given.assets.map(({ id }) => id)));
      }),
      { numRuns: 150 },
    );
  });

  test("is the same each time for the same brief", async () => {
    expect(await plan(brief())).toEqual(await plan(brief()));
  });

  test("has other words and other pictures with every revision", async () => {
    const given = brief({ assets: [image("a", { role: "product_shot" })] });
    const seen = new Set<string>();
    let previous: PlannedScene[] = [];
    for (let revision = 0; revision < 8; revision++) {
      const scenes = await plan({ ...given, revision, previous });
      expect(scenes.filter(({ script }, at) => script === previous[at]?.script).length).toBeLessThan(scenes.length / 2);
      expect(scenes.map(({ description }) => description)).not.toEqual(previous.map(({ description }) => description));
      seen.add(spoken(scenes));
      previous = scenes;
    }
    expect(seen.size).toBe(8);
  });

  test("says the product, the key message and, last, the call to action", async () => {
    for (const duration of [10, 15, 20, 30, 45, 60, 90, 180]) {
      for (const revision of [0, 1, 2]) {
        const scenes = await plan(brief({ duration, revision }));
        expect(essence(spoken(scenes))).toContain("ecobottle");
        expect(essence(spoken(scenes))).toContain("keeps drinks cold for 24 hours");
        expect(scenes.at(-1)?.script).toContain("Shop now");
      }
    }
  });

  test("says the key message also in a short ad, where it fits in no scene beside the product's name", async () => {
    const words = { product: "Aurora solar lantern", keyMessage: "Light for three nights from one day of sun" };
    for (const duration of [8.5, 9, 10, 12, 15]) {
      expect(essence(spoken(await plan(brief({ duration, words }))))).toContain(essence(words.keyMessage));
    }
  });

  test("says no piece of a key message that is too long for a few seconds", async () => {
    const words = { product: "Aurora solar lantern", keyMessage: "Light for three nights from one day of sun" };
    for (const duration of [4, 5, 6, 7]) {
      const scenes = await plan(brief({ duration, words }));
      expect(spoken(scenes)).not.toContain("…");
      expect(scenes[1]?.script).not.toBe("");
    }
  });

  test("tells a hook, a problem or a desire, the product, a proof and the call to action from five scenes on", async () => {
    for (const revision of [0, 1, 2, 3]) {
      const beats = (await plan(brief({ duration: 40, revision }))).map(({ metadata }) => metadata?.beat);
      expect(beats).toContain("product");
      expect(beats).toContain("proof");
      expect(beats.includes("problem") || beats.includes("desire")).toBe(true);
      expect(beats.at(-1)).toBe("cta");
    }
  });

  test("has no more words in a scene than can be spoken in it, except for the call to action", async () => {
    for (const duration of [3, 6, 15, 30, 60, 180]) {
      const scenes = await plan(
        brief({
          duration,
          words: {
            keyMessage:
              "Cold drinks, all day, wherever you are, whatever you do, for as long as you like to have them cold.",
          },
        }),
      );
      for (const scene of scenes.slice(0, -1)) {
        expect(countWords(scene.script)).toBeLessThanOrEqual(Math.max(2, Math.floor(scene.duration * 2.3)));
      }
    }
  });

  test("speaks to the audience about their own day, not about blanks to fill", async () => {
    const scenes = await plan(
      brief({
        duration: 60,
        words: {
          product: "Ledgerly",
          targetAudience: "small business owners",
          keyMessage: "Accounting that does itself",
        },
      }),
    );
    expect(spoken(scenes)).toContain("small business owners");
    expect(spoken(scenes)).not.toMatch(/undefined|null|\{|\}/);
  });

  test("has another voice for another tone", async () => {
    const voices = await Promise.all(
      ["playful", "premium", "urgent", "warm", "technical", "bold", "calm", "energetic"].map(async (tone) =>
        spoken(await plan(brief({ duration: 60, words: { tone } }))),
      ),
    );
    expect(new Set(voices).size).toBe(8);
  });

  test("describes the picture with the real assets and the visual elements", async () => {
    const given = brief({
      words: { visualElements: ["water droplets"] },
      assets: [image("a", { name: "bottle_hero.png", role: "product_shot" })],
    });
    const pictures = (await plan(given)).map(({ description }) => description).join(" ");
    expect(pictures).toContain("“bottle hero”");
    expect(pictures).toContain("water droplets");
  });

  test("follows the brand: colours in the picture, forbidden words nowhere", async () => {
    const given = brief({
      duration: 60,
      words: { keyMessage: "The cheapest way to a guaranteed cold drink", callToAction: "Buy the cheapest bottle" },
      brand: { restrictions: ["Never use the word 'cheapest'", "guaranteed"], colors: { primary: "#ff0055" } },
    });
    const scenes = await plan(given);
    expect(JSON.stringify(scenes)).not.toMatch(/cheapest|guaranteed/i);
    expect(JSON.stringify(scenes)).toContain("#ff0055");
    expect(scenes.at(-1)?.script).toContain("Buy the bottle");
  });

  test("names no asset by a forbidden word, and leaves no hole where its name was", async () => {
    const given = brief({
      words: { visualElements: ["tent"] },
      brand: { restrictions: ["avoid the word 'tent'"] },
      assets: [
        image("a", { name: "tent.webp" }),
        image("b", { name: "Tent.png", role: "brand_logo" }),
        image("c", { kind: "video", name: "the tent" }),
        image("d", { name: "tent by the lake.jpg" }),
      ],
    });
    const pictures = (await plan(given)).map(({ description }) => description).join(" ");
    expect(pictures).not.toMatch(/tent\b|“\s*”|In frame: ?\./i);
    expect(pictures).toContain("The picture is in view.");
    expect(pictures).toContain("The logo resolves cleanly.");
    expect(pictures).toContain("The footage plays.");
    expect(pictures).toContain("“by the lake”");
  });

  test("stays in the language of the brief", async () => {
    const german = await plan(
      brief({
        duration: 45,
        words: {
          product: "Das neue E-Bike Modell X",
          targetAudience: "Pendler in der Stadt",
          keyMessage: "Schneller im Büro, ganz ohne Stau.",
          callToAction: "Jetzt Probe fahren",
        },
      }),
    );
    expect(spoken(german)).not.toMatch(/\b(the|this|meet|ready)\b/i);
    const arabic = await plan(
      brief({
        words: {
          product: "قهوة الصباح",
          targetAudience: "محبو القهوة",
          keyMessage: "قهوة طازجة كل صباح، تصل إلى بابك.",
          callToAction: "اطلب الآن",
        },
      }),
    );
    expect(spoken(arabic)).not.toMatch(/[a-z]/i);
    expect(arabic.at(-1)?.script).toContain("اطلب الآن");
  });
});

test("a cancelled plan is not made", async () => {
  const cancelled = AbortSignal.abort(new Error("cancelled"));
  await expect(planner.plan(brief(), { signal: cancelled })).rejects.toThrow("cancelled");
});

test("planning from the template costs nothing", () => {
  expect(planner.estimate(brief())).toMatchObject({ cost: 0, currency: "USD" });
});
