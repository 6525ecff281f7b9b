import { afterAll, describe, expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { readdir } from "node:fs/promises";
import type { AnimaticSpec } from "../../src/media/animatic/spec.ts";
import { createAnimaticRenderer, createMediaService } from "../../src/media/mod.ts";
import { storyboard } from "./animatic/footage.ts";
import { workshop } from "./fixtures.ts";

const script = new URL("./lying_process.ts", import.meta.url);
// Unconfined, so that it is the server which refuses.
const sandbox = "none";
const media = createMediaService({ script, sandbox, processes: 1 });
const renderer = createAnimaticRenderer({ script, sandbox, processes: 1 });
afterAll(() => Promise.all([media.close(), renderer.close()]));

describe("a media process that has been taken over", () => {
  test.each(["content type", "kind", "format", "endless", "without a size", "an image with pages"])(
    "is not believed its facts: %s",
    async (lie) => {
      await using shop = await workshop();
      expect(await media.inspect(await shop.file("none", "none"))).toMatchObject({ format: "png", width: 10 });
      await expect(media.inspect(await shop.file("lie", lie))).rejects.toMatchObject({
        code: "media_unreadable",
        message: "Cannot read the file: its decoder failed",
      });
    },
  );

  test.each(["large", "other size", "no webp", "page", "link", "no file"])(
    "is not believed its thumbnail: %s",
    async (lie) => {
      await using shop = await workshop();
      const path = await shop.file("lie", lie);
      expect(await media.thumbnail(path, shop.at("out"))).toBeNull();
      expect(await readdir(shop.folder)).toEqual(["lie"]);
      expect(await media.thumbnail(await shop.file("none", "none"), shop.at("out"))).toEqual({ width: 10, height: 10 });
    },
  );
});

describe("a render process that has been taken over", () => {
  test.each(["size", "duration", "scene", "no film", "other output", "no outputs"])(
    "is not believed its video: %s",
    async (lie) => {
      await using shop = await workshop();
      await expect(render(lie, shop.at("out"))).rejects.toMatchObject({ code: "internal" });
      expect(existsSync(shop.at("out"))).toBe(false);
    },
  );

  test("is believed a rising progress from 0 to 1 only, and warnings of one plain line", async () => {
    await using shop = await workshop();
    const seen: number[] = [];
    const made = await render("words", shop.at("out"), (fraction) => seen.push(fraction));
    expect(made.warnings).toEqual([{ sceneNumber: 1, message: "a  b" }]);
    expect(seen).toEqual([0.5, 0.7]);
  });

  test.each(["loudness", "speech", "disorder", "scene", "short stem", "other length", "no wav", "no film", "link"])(
    "is not believed its sound: %s",
    async (lie) => {
      await using shop = await workshop();
      await expect(mix(lie, shop)).rejects.toMatchObject({ code: "internal" });
      expect(await readdir(shop.folder)).toEqual([]);
      expect(await mix("none", shop)).toMatchObject({ loudness: -14 });
      expect((await readdir(shop.folder)).length).toBe(4);
    },
  );

  test("gets no file of the server shown as a contact sheet", async () => {
    await using shop = await workshop();
    const signal = new AbortController().signal;
    await expect(renderer.contactSheet(spec("any"), shop.at("out"), { signal })).rejects.toMatchObject({
      code: "internal",
    });
    expect(existsSync(shop.at("out"))).toBe(false);
  });
});

function mix(style: string, { at }: Awaited<ReturnType<typeof workshop>>) {
  const paths = { voice: at("voice"), music: at("music"), mix: at("mix"), soundtrack: at("soundtrack") };
  const music = { kind: "composed", style, seed: "", level: 0 } as const;
  const sound = { seconds: 2, voice: [], voiceOver: null, music, clips: [] };
  return renderer.mix(sound, paths, { signal: new AbortController().signal });
}

async function render(product: string, outPath: string, onProgress: (fraction: number) => void = () => {}) {
  const { signal } = new AbortController();
  const options = { signal, onProgress: (_: string, fraction: number) => onProgress(fraction) };
  const { outputs } = await renderer.render(spec(product), { only: outPath }, options);
  const [output] = outputs;
  if (!output || "error" in output) throw output?.error ?? new Error("no output");
  return output;
}

function spec(product: string): AnimaticSpec {
  return storyboard([{ durationTenths: 20 }], { product });
}
