import { describe, expect, test } from "bun:test";
import { brief, image } from "../briefs.ts";
import { plan, regenerateScene } from "./plans.ts";

describe("a regenerated scene", () => {
  test("differs from the one it replaces, each time, and keeps its duration", async () => {
    const given = brief({ duration: 45, assets: [image("a"), image("b")] });
    const scenes = await plan(given);
    for (const index of scenes.keys()) {
      let current = scenes;
      for (let revision = 1; revision <= 6; revision++) {
        const scene = await regenerateScene(given, { scenes: current, index, revision });
        expect({ ...scene, metadata: {} }).not.toEqual({ ...current[index], metadata: {} });
        expect(scene.description).not.toBe(current[index]?.description ?? "");
        expect(scene.duration).toBe(current[index]?.duration ?? 0);
        current = current.toSpliced(index, 1, scene);
      }
    }
  });

  test("that is to be shorter says its message whole where that can be spoken", async () => {
    const given = brief({
      words: { product: "Aurora solar lantern", keyMessage: "Light for three nights from one day of sun" },
    });
    const scenes = await plan(given);
    const index = scenes.findIndex(({ metadata }) => metadata?.beat === "product");
    const constraints = { duration: 4 };
    const scene = await regenerateScene(given, { scenes, index, feedback: "Make it shorter", constraints });
    expect(scene.script).toBe("Light for three nights from one day of sun.");
  });

  test("differs also where there is hardly room for a word, or no language that we write", async () => {
    const arabic = { product: "قهوة", targetAudience: "محبو القهوة", keyMessage: "قهوة طازجة", callToAction: "اطلب" };
    for (const given of [brief({ duration: 3 }), brief({ duration: 3, words: arabic })]) {
      const scenes = await plan(given);
      for (const index of scenes.keys()) {
        let current = scenes[index];
        for (let revision = 1; revision <= 5; revision++) {
          const scene = await regenerateScene(given, {
            scenes: current ? scenes.with(index, current) : scenes,
            index,
            revision,
          });
          expect(scene.description).not.toBe(current?.description ?? "");
          current = scene;
        }
      }
    }
  });

  test("is no earlier version again, however often it is asked for, while the words and pictures last", async () => {
    for (const duration of [12, 45, 60]) {
      const given = brief({ duration, assets: [image("a"), image("b")] });
      const scenes = await plan(given);
      for (const index of scenes.keys()) {
        let current = scenes;
        const versions = new Set(current.slice(index, index + 1).map(seen));
        for (let revision = 1; revision <= 8; revision++) {
          const scene = await regenerateScene(given, { scenes: current, index, revision });
          expect(scene.script).not.toBe(current[index]?.script ?? "");
          current = current.with(index, scene);
          versions.add(seen(scene));
        }
        expect(versions.size).toBe(9);
      }
    }
  });

  test("names an asset that it must show once, also where it showed it before", async () => {
    const given = brief({ assets: [image("harbour")] });
    const scene = await regenerateScene(given, { index: 1, constraints: { mustIncludeAssets: ["harbour"] } });
    expect(scene.assets).toEqual(["harbour"]);
    expect(scene.description.split("“harbour”")).toHaveLength(2);
  });

  test("says what feedback puts in quotes, in the scene that it is about", async () => {
    const scene = await regenerateScene(brief({ duration: 45 }), { index: 1, feedback: 'say "made in Norway"' });
    expect(scene.script).toStartWith("Made in Norway.");
  });

  test("has the wanted duration, assets and style", async () => {
    const given = brief({ assets: [image("a"), image("b")] });
    const scene = await regenerateScene(given, {
      index: 1,
      constraints: { duration: 9.5, mustIncludeAssets: ["b", "unknown"], style: "claymation" },
    });
    expect(scene.duration).toBe(9.5);
    expect(scene.assets).toContain("b");
    expect(scene.assets).not.toContain("unknown");
    expect(scene.description).toContain("claymation");
  });

  test("keeps an asset that no other scene uses, and as the last one the call to action", async () => {
    const given = brief({ assets: [image("a"), image("b"), image("c"), image("d", { role: "brand_logo" })] });
    const scenes = await plan(given);
    for (const index of scenes.keys()) {
      const replaced = scenes.toSpliced(index, 1, await regenerateScene(given, { scenes, index }));
      expect(new Set(replaced.flatMap(({ assets }) => assets))).toEqual(new Set(["a", "b", "c", "d"]));
      expect(replaced.at(-1)?.script).toContain("Shop now");
    }
  });

  test("follows its feedback", async () => {
    const scene = await regenerateScene(brief(), { index: 1, feedback: "close-up please, and show a dog" });
    expect(scene.shotType).toBe("close_up");
    expect(scene.description).toContain("a dog");
  });

  test("that is not there is refused", async () => {
    await expect(regenerateScene(brief(), { index: 9 })).rejects.toMatchObject({ code: "not_found" });
  });
});

/** Returns what distinguishes two versions for a user. */
function seen(scene?: { readonly description: string; readonly script: string }): string {
  return JSON.stringify([scene?.description, scene?.script]);
}
