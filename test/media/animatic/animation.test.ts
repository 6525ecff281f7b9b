import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import sharp from "sharp";
import { renderAnimatic } from "../../../src/media/animatic/render_animatic.ts";
import { fixture } from "../fixtures.ts";
import { paint, storyboard, workRoom } from "./footage.ts";
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
  await (format === "gif" ? joined.gif({ delay, loop: 0 }) : joined.webp({ delay, loop: 0, lossless: true })).toFile(
    path,
  );
  return path;
}

async function played(path: string, format: string, durationTenths: number) {
  const still = await paint(room.path("still.png"), "black");
  const assets = [{ path: still, kind: "image" as const, format, animation: path }];
  const spec = storyboard([{ durationTenths, assets }, { durationTenths: 5 }]);
  const out = room.path(`${Bun.randomUUIDv7()}.mp4`);
  const { warnings } = await renderAnimatic(spec, out);
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

  test("stands still with a warning where it is a PNG", async () => {
    const { film, warnings } = await played(fixture("animated.png"), "png", 4);
    expect(warnings.map(({ message }) => message)).toEqual([
      "An animation (png) stands still: animated PNG is not played, GIF and WebP are",
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
