import { expect, test } from "bun:test";
import fc from "fast-check";
import { estimateSeconds } from "../../../src/speech/mod.ts";
import { type Brief, languageOfBrief, mostScenes, scriptWarnings } from "../../../src/storyboard/mod.ts";
import { essence } from "../../../src/storyboard/text.ts";
import { anyBrief, brief } from "../briefs.ts";
import { plan, regenerateScene } from "./plans.ts";

/** Scripts that do not fit their scenes at the highest speed; the last line alone, with the call to action, is never cut. */
async function overlong(given: Brief) {
  const language = languageOfBrief(given.adBasics) ?? "en";
  const action = essence(given.adBasics.callToAction);
  const scenes = await plan(given);
  return scenes.filter(
    ({ script, duration }, index) =>
      estimateSeconds(script, language, 1.3) > duration + 0.001 &&
      !(index === scenes.length - 1 && (action === "" || action.startsWith(essence(script)))),
  );
}

test("the template's scripts: fit their scenes at 1.3 times the usual speed, for any brief, duration and scene count", async () => {
  const counts = fc.tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 60 }));
  await fc.assert(
    fc.asyncProperty(anyBrief, counts, async (given, [one, other]) => {
      const min = Math.min(one, other, mostScenes(given.duration));
      expect(await overlong({ ...given, bounds: { min, max: Math.max(one, other) } })).toEqual([]);
    }),
    { numRuns: 300 },
  );
});

const REAL = [
  {
    product: "Lumio",
    keyMessage: "12,000 lumens for $49.90, with a 25-year warranty",
    callToAction: "Call 555-0199 now",
  },
  {
    product: "Kestrel X3",
    keyMessage: "Internationally recommended by otorhinolaryngologists",
    callToAction: "Shop now",
  },
  {
    product: "Bella",
    keyMessage: "Frischer Espresso in dreißig Sekunden, ganz ohne Kapseln",
    callToAction: "Jetzt kaufen",
  },
  { product: "自転車ライト", keyMessage: "暗闇でもはっきり見える、軽くて明るいライト", callToAction: "今すぐ購入" },
  { product: "قهوة الصباح", keyMessage: "قهوة طازجة تصل إلى بابك كل صباح", callToAction: "اطلب الآن" },
  { product: "Aurora solar lantern", keyMessage: "Light for three nights from one day of sun", callToAction: "Order" },
] as const;

test.each(REAL)("the template's scripts: fit at 3 to 180 seconds for $product", async (words) => {
  for (const duration of [3, 4, 5, 7.5, 10, 15, 20, 30, 45, 60, 90, 120, 180]) {
    for (const max of [1, 3, 7, 18]) {
      const given = brief({ duration, words, bounds: { min: 1, max } });
      const scenes = await plan(given);
      const count = scenes.length;
      const isRoomy = duration / count > 2.5;
      expect(await overlong(given)).toEqual([]);
      if (isRoomy) expect(scriptWarnings(scenes, languageOfBrief(given.adBasics))).toEqual([]);
      expect(scenes.at(-1)?.script).not.toBe("");
    }
  }
});

test("the template's scripts: end with words also where the call to action says nothing, and where it is forbidden", async () => {
  for (const callToAction of ["", "🎉", "…", "cheapest"]) {
    for (const duration of [3, 15, 60]) {
      const given = brief({ duration, words: { callToAction }, brand: { restrictions: ["Never say 'cheapest'"] } });
      expect(essence((await plan(given)).at(-1)?.script ?? "")).not.toBe("");
      const scenes = await plan(given);
      const again = await regenerateScene(given, { scenes, index: scenes.length - 1 });
      expect(essence(again.script)).not.toBe("");
    }
  }
});

test("scriptWarnings: says how many seconds a script is too long and what to do, and nothing of one that fits", () => {
  const long =
    "It carries your laptop, your lunch and your gym clothes, and it weighs less than a kilo. Rain is no bother.";
  const [warning, ...more] = scriptWarnings(
    [
      { script: "Ready?", duration: 2 },
      { script: long, duration: 3 },
    ],
    "en",
  );
  expect(more).toEqual([]);
  const over = estimateSeconds(long, "en", 1.3) - 3;
  expect(warning?.sceneNumber).toBe(2);
  expect(warning?.message).toContain(`about ${over.toFixed(1)} s too long for its scene of 3 s`);
  expect(warning?.message).toMatch(/Shorten it to about \d+ words, or give the scene \d+\.\d s\.$/u);
});
