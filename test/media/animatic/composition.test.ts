import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { join } from "node:path";
import type { Canvas } from "@napi-rs/canvas";
import sharp from "sharp";
import { LOOK_TABLE, lookOf } from "../../../src/media/animatic/look.ts";
import { prepareScene } from "../../../src/media/animatic/scene.ts";
import { openFootage } from "../../../src/media/animatic/scene_footage.ts";
import type { AnimaticSpec } from "../../../src/media/animatic/spec.ts";
import { stylesOf } from "../../../src/media/animatic/spec_style.ts";
import type { Style } from "../../../src/media/animatic/text/card.ts";
import { canvasOf } from "../../../src/media/animatic/text/typography.ts";
import { timeline } from "../../../src/media/animatic/timeline.ts";
import { contrast, paletteOf, type Rgb, SHADED_WHITE } from "../../../src/media/animatic/visuals/palette.ts";
import { VIDEO_FORMATS } from "../../../src/media/mod.ts";
import { image, paint, storyboard, workRoom } from "./footage.ts";

let room: Awaited<ReturnType<typeof workRoom>>;
beforeAll(async () => {
  room = await workRoom();
});
afterAll(() => room.clear());

const LANTERN = join(import.meta.dir, "../../../src/cli/demo/media/lantern.jpg");
const PROOF = "safe zone proof";

/** Draws frames of the first scene of a spec, which is not the last. */
async function draw(spec: AnimaticSpec, frames: readonly number[]): Promise<{ style: Style; drawn: Canvas[] }> {
  const [style] = await stylesOf(spec, spec.outputs, () => {});
  const [timed] = timeline(spec.scenes);
  if (!style || !timed) throw new Error("no scene");
  const footage = await openFootage(timed, { sizes: [style.layout], warn: () => {} });
  const options = { spec, footage, style, scratch: canvasOf(style.layout), warn: () => {}, last: false };
  const scene = await prepareScene(timed, options);
  const drawn: Canvas[] = [];
  for (const frame of frames) {
    const canvas = canvasOf(style.layout);
    await scene.draw(canvas.getContext("2d"), frame);
    drawn.push(canvas);
  }
  scene.close();
  for (const each of footage) each.close();
  return { style, drawn };
}

/** The pixels near a colour, as fractions of the frame. */
function pixelsLike(canvas: Canvas | undefined, [r, g, b]: Rgb): { x: number; y: number }[] {
  if (!canvas) throw new Error("no frame");
  const { width, height } = canvas;
  const { data } = canvas.getContext("2d").getImageData(0, 0, width, height);
  const near = (i: number) =>
    Math.max(Math.abs((data[i] ?? 0) - r), Math.abs((data[i + 1] ?? 0) - g), Math.abs((data[i + 2] ?? 0) - b)) < 40;
  const found: { x: number; y: number }[] = [];
  for (let i = 0; i < data.length; i += 4) {
    if (near(i)) found.push({ x: ((i / 4) % width) / width, y: Math.floor(i / 4 / width) / height });
  }
  return found;
}

const MAGENTA: Rgb = [255, 0, 255];
const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

describe("a caption", () => {
  test.each(VIDEO_FORMATS)("does not stand on the lantern of the demo: %s", async (format) => {
    const scene = {
      durationTenths: 40,
      script: "Light for three nights.",
      shotType: "static",
      assets: [image(LANTERN)],
    };
    const spec = storyboard([scene, scene], { format, look: "final", style: PROOF });
    const { style, drawn } = await draw(spec, [10, 48, 90]);
    for (const frame of drawn) {
      const text = pixelsLike(frame, MAGENTA);
      expect(text.length).toBeGreaterThan(0);
      // The light of the lantern is nowhere near the text.
      const glow = pixelsLike(frame, [255, 247, 228]).filter(({ x }) => Math.abs(x - 0.5) < 0.2);
      const [top, bottom] = [Math.min(...glow.map(({ y }) => y)), Math.max(...glow.map(({ y }) => y))];
      expect(text.filter(({ y }) => y > top && y < bottom)).toEqual([]);
    }
    expect(style.look.name).toBe("proof");
  });

  test("leaves the place where a person set the focus", async () => {
    const path = await paint(room.path("plain.png"), "rgb(60, 80, 70)");
    for (const y of [0.12, 0.88]) {
      const assets = [{ ...image(path), focus: { x: 0.5, y } }];
      const scene = { durationTenths: 30, script: "Look here.", shotType: "static", assets };
      const { drawn } = await draw(storyboard([scene, scene], { look: "final", style: PROOF }), [36]);
      const text = pixelsLike(drawn[0], MAGENTA);
      expect(Math.abs(mean(text.map((pixel) => pixel.y)) - y)).toBeGreaterThan(0.3);
    }
  });

  test("lights up the spoken word", async () => {
    const path = await paint(room.path("grey.png"), "rgb(60, 60, 60)");
    const words = ["One", "two", "three", "four", "five", "six", "seven"].map((text, index) => {
      return { text, start: 0.2 + index * 0.4, end: 0.5 + index * 0.4 };
    });
    const script = words.map(({ text }) => text).join(" ");
    const scene = { durationTenths: 40, script, shotType: "static", assets: [image(path)], words };
    const spec = storyboard([scene, { ...scene, words: [] }], {
      ...{ look: "final", captions: "words", style: "", brand: { colors: ["#00c2a8", "#ffd400"] } },
    });
    const at = words.slice(0, 4).map(({ start }) => Math.ceil(start * 24) + 3);
    const { style, drawn } = await draw(spec, at);
    const lit = drawn.map((frame) => mean(pixelsLike(frame, style.palette.captionAccent).map(({ x }) => x)));
    expect(lit).toHaveLength(4);
    expect(lit.every((x) => Number.isFinite(x))).toBe(true);
    const [first = 0, second = 0, third = 0] = lit;
    expect(second).toBeGreaterThan(first);
    expect(third).toBeGreaterThan(second);
  });
});

test("focus: a crop keeps it in the frame, however far at the side it is", async () => {
  const svg =
    '<svg xmlns="http://www.w3.org/2000/svg" width="1600" height="900"><rect width="1600" height="900" fill="#456"/>' +
    '<rect x="1400" y="350" width="120" height="200" fill="#f00"/></svg>';
  await sharp(Buffer.from(svg)).png().toFile(room.path("side.png"));
  const assets = [{ ...image(room.path("side.png")), focus: { x: 0.91, y: 0.5 } }];
  const scene = { durationTenths: 30, shotType: "static", assets };
  const { drawn } = await draw(storyboard([scene, scene], { format: "9:16", look: "final" }), [36]);
  const red = pixelsLike(drawn[0], [255, 0, 0]);
  expect(Math.max(...red.map(({ x }) => x)) - Math.min(...red.map(({ x }) => x))).toBeGreaterThan(0.2);
});

test("logo: is a small mark in the corner of the safe zone", async () => {
  const logo = await paint(room.path("logo.png"), "rgb(255, 0, 0)", { width: 300, height: 100 });
  const assets = [image(await paint(room.path("green.png"), "rgb(20, 120, 60)"))];
  const scene = { durationTenths: 30, assets };
  const { style, drawn } = await draw(
    storyboard([scene, scene], { look: "final", brand: { logo: { path: logo } } }),
    [36],
  );
  const { safe, width, height } = style.layout;
  const red = pixelsLike(drawn[0], [255, 0, 0]);
  expect(red.length).toBeGreaterThan(200);
  expect(red.length).toBeLessThan(0.02 * width * height);
  expect(Math.min(...red.map(({ x }) => x * width))).toBeGreaterThan(width / 2);
  expect(Math.max(...red.map(({ x }) => x * width))).toBeLessThan(safe.x + safe.width);
  expect(Math.min(...red.map(({ y }) => y * height))).toBeGreaterThanOrEqual(safe.y);
});

describe("looks", () => {
  test.each([
    ["bold, energetic", "bold"],
    ["warm documentary", "editorial"],
    ["Playful and colourful", "playful"],
    ["breakfast, functional", "clean"],
    ["", "clean"],
  ])("follow the style %j", (style, name) => {
    expect(lookOf(style).name).toBe(name);
  });

  test("differ in type, ground, form or motion, each from all others", () => {
    const told = LOOK_TABLE.filter(({ ink }) => ink === undefined).map(({ caption, ground, motion }) =>
      JSON.stringify([caption.face, caption.form, caption.align, ground, motion.text]),
    );
    expect(new Set(told).size).toBe(told.length);
    expect(told.length).toBeGreaterThanOrEqual(4);
  });

  test("keep a contrast of 4.5 for text and accents in every brand colour", () => {
    for (const color of ["#ff7a1a", "#ffd400", "#0b3d91", "#12b5a5", "#ffffff", "#000000", "#808080", "#e6007e"]) {
      for (const treatment of ["gradient", "flat", "deep", "bright"] as const) {
        const palette = paletteOf({ colors: [color] }, treatment);
        expect(contrast(palette.ink, palette.ground)).toBeGreaterThanOrEqual(4.5);
        expect(contrast(palette.accent, palette.ground)).toBeGreaterThanOrEqual(4.5);
        expect(contrast(palette.captionAccent, SHADED_WHITE)).toBeGreaterThanOrEqual(4.5);
        expect(contrast(palette.paperAccent, [255, 255, 255])).toBeGreaterThanOrEqual(4.5);
      }
    }
  });
});
