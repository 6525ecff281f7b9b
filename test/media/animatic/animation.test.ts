import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import sharp from "sharp";
import { type PngChunk, pngChunks, pngOf } from "../../../src/media/pictures/png_chunks.ts";
import { fixture } from "../fixtures.ts";
import { paint, renderOne, storyboard, workRoom } from "./footage.ts";
import { colorDistance, watch } from "./screening.ts";

const COLORS = [
  [200, 30, 40],
  [30, 60, 200],
  [30, 160, 60],
] as const;

let room: Awaited<ReturnType<typeof workRoom>>;
beforeAll(async () => {
  room = await workRoom();
});
afterAll(() => room.clear());

/** Pictures of one colour each, one after the other; `inset` leaves that share of each clear on every side. */
async function animation(
  format: "gif" | "webp",
  options: { size: { width: number; height: number }; delay: number[]; inset?: number },
): Promise<string> {
  const { size, delay, inset = 0 } = options;
  const [left, top] = [Math.round(size.width * inset), Math.round(size.height * inset)];
  const pictures = await Promise.all(
    delay.map(async (_, index) => {
      const [r = 0, g = 0, b = 0] = COLORS[index % COLORS.length] ?? [];
      const inner = { width: size.width - 2 * left, height: size.height - 2 * top };
      const picture = sharp({ create: { ...inner, channels: 4, background: { r, g, b, alpha: 1 } } });
      const background = { r: 0, g: 0, b: 0, alpha: 0 };
      return await picture.extend({ left, right: left, top, bottom: top, background }).png().toBuffer();
    }),
  );
  const path = room.path(`${Bun.randomUUIDv7()}.${format}`);
  const joined = sharp(pictures, { join: { animated: true } });
  await (format === "gif"
    ? joined.gif({ delay, loop: 0, effort: 1 })
    : joined.webp({ delay, loop: 0, lossless: true, effort: 0 })
  ).toFile(path);
  return path;
}

/** An animated PNG of frames of one colour, each as high as the canvas; 0, 1 and 2 keep, clear and restore their area. */
async function animatedPng(
  size: { width: number; height: number },
  frames: { color: (typeof COLORS)[number]; left: number; width: number; delay: number; dispose: number }[],
): Promise<string> {
  const chunks: PngChunk[] = [];
  let sequence = 0;
  for (const [index, { color, left, width, delay, dispose }] of frames.entries()) {
    const [r, g, b] = color;
    const picture = sharp({ create: { width, height: size.height, channels: 3, background: { r, g, b } } });
    const parts = [...pngChunks(await picture.png().toBuffer())];
    if (index === 0) {
      const control = Buffer.alloc(8);
      control.writeUInt32BE(frames.length, 0);
      chunks.push(...parts.filter(({ type }) => type === "IHDR"), { type: "acTL", data: control });
    }
    const control = Buffer.alloc(26);
    for (const [at, word] of [sequence++, width, size.height, left, 0].entries()) control.writeUInt32BE(word, at * 4);
    control.writeUInt16BE(delay, 20);
    control.writeUInt16BE(1000, 22);
    control.writeUInt8(dispose, 24);
    chunks.push({ type: "fcTL", data: control });
    for (const { data } of parts.filter(({ type }) => type === "IDAT")) {
      const number = Buffer.alloc(4);
      if (index > 0) number.writeUInt32BE(sequence++);
      chunks.push(index > 0 ? { type: "fdAT", data: Buffer.concat([number, data]) } : { type: "IDAT", data });
    }
  }
  const path = room.path(`${Bun.randomUUIDv7()}.png`);
  await Bun.write(path, pngOf([...chunks, { type: "IEND", data: Buffer.alloc(0) }]));
  return path;
}

async function played(path: string, format: string, durationTenths: number) {
  const still = await paint(room.path("still.png"), "black");
  const assets = [{ path: still, kind: "image" as const, format, animation: path }];
  const spec = storyboard([{ durationTenths, assets }, { durationTenths: 5 }]);
  const out = room.path(`${Bun.randomUUIDv7()}.mp4`);
  const { warnings } = await renderOne(spec, out);
  return { film: await watch(out), warnings };
}

describe("an animated image", () => {
  test.each(["gif", "webp"] as const)("plays in its own time and starts again: %s", async (format) => {
    const path = await animation(format, { size: { width: 320, height: 180 }, delay: [500, 250, 250] });
    const { film, warnings } = await played(path, format, 20);
    const seen = [
      [3, 0],
      [14, 1],
      [20, 2],
      [27, 0],
      [38, 1],
    ] as const;
    for (const [frame, color] of seen) {
      const at = (await film.frame(frame)).colorAt(0.5, 0.5);
      expect(colorDistance(at, COLORS[color])).toBeLessThan(14);
    }
    expect(warnings).toEqual([]);
    film.close();
  });

  test("stands on a ground of its own where it is clear", async () => {
    const path = await animation("webp", { size: { width: 400, height: 400 }, delay: [300, 300], inset: 0.2 });
    const { film, warnings } = await played(path, "webp", 12);
    const [first, second] = [await film.frame(2), await film.frame(10)];
    expect(colorDistance(first.colorAt(0.5, 0.48), COLORS[0])).toBeLessThan(14);
    expect(colorDistance(second.colorAt(0.5, 0.48), COLORS[1])).toBeLessThan(14);
    expect(Math.min(...first.colorAt(0.06, 0.5))).toBeGreaterThan(200);
    expect(warnings).toEqual([]);
    film.close();
  });

  test("stands still with a warning where its pictures are too large", async () => {
    const path = await animation("gif", { size: { width: 7000, height: 7000 }, delay: [100, 100] });
    const { film, warnings } = await played(path, "gif", 4);
    expect(warnings).toEqual([
      { sceneNumber: 1, message: "An animation (gif) stands still: its pictures are too large" },
    ]);
    film.close();
  });

  test("plays what the limit allows, and says so, where it is too long", async () => {
    const path = await animation("webp", { size: { width: 4000, height: 4000 }, delay: Array(8).fill(100) });
    const { film, warnings } = await played(path, "webp", 10);
    expect(warnings.map(({ message }) => message)).toEqual([
      "An animation (webp) plays only its first 4 pictures of 8: it is too large",
    ]);
    film.close();
  });

  test("plays a PNG whose frames are parts that replace, restore and clear each other", async () => {
    const [red, blue, green] = COLORS;
    const path = await animatedPng({ width: 320, height: 180 }, [
      { color: red, left: 0, width: 320, delay: 500, dispose: 0 },
      { color: blue, left: 160, width: 160, delay: 250, dispose: 2 },
      { color: green, left: 0, width: 160, delay: 250, dispose: 1 },
    ]);
    const { film, warnings } = await played(path, "png", 20);
    const seen = [
      [3, red, red],
      [14, red, blue],
      [20, green, red],
      [27, red, red],
    ] as const;
    for (const [frame, left, right] of seen) {
      const shown = await film.frame(frame);
      expect(colorDistance(shown.colorAt(0.25, 0.4), left)).toBeLessThan(14);
      expect(colorDistance(shown.colorAt(0.75, 0.4), right)).toBeLessThan(14);
    }
    expect(warnings).toEqual([]);
    film.close();
  });

  test("stands still with a warning where it is a PNG with a damaged frame", async () => {
    const bytes = Buffer.from(await Bun.file(fixture("animated.png")).bytes());
    const at = bytes.lastIndexOf("fdAT");
    const path = room.path("damaged.png");
    await Bun.write(path, bytes.fill(0xaa, at + 8, at + 40));
    const { film, warnings } = await played(path, "png", 20);
    expect(warnings.map(({ message }) => message)).toEqual([
      "An animation (png) stands still: it is damaged or in a form that cannot be decoded",
    ]);
    film.close();
  });

  test("stands still with a warning where it is damaged", async () => {
    const path = room.path("bad.gif");
    await Bun.write(path, "GIF89a and then nothing");
    const { film, warnings } = await played(path, "gif", 4);
    expect(warnings[0]?.message).toStartWith("An animation (gif) stands still: ");
    film.close();
  });
});
