import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import sharp from "sharp";
import { paletteOf } from "../../../src/media/animatic/visuals/palette.ts";
import { imagePlate, readPicture } from "../../../src/media/animatic/visuals/picture.ts";
import type { VideoFormat } from "../../../src/media/mod.ts";
import { image, renderOne, storyboard, workRoom } from "./footage.ts";
import { difference, type Frame, watch } from "./screening.ts";

let room: Awaited<ReturnType<typeof workRoom>>;
beforeAll(async () => {
  room = await workRoom();
});
afterAll(() => room.clear());

/** A plain picture with stripes in a part of it, given as shares of its height. */
async function striped(name: string, { from, to }: { from: number; to: number }): Promise<string> {
  const [width, height] = [1200, 1200];
  const bars = Array.from({ length: 20 }, (_, i) => {
    const fill = i % 2 === 0 ? "#222" : "#eee";
    return `<rect x="${i * 60}" y="${from * height}" width="60" height="${(to - from) * height}" fill="${fill}"/>`;
  });
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}"><rect width="1200" height="1200" fill="#9ab"/>${bars.join("")}</svg>`;
  await sharp(Buffer.from(svg)).png().toFile(room.path(name));
  return room.path(name);
}

async function frameWith(path: string, script: string, format: VideoFormat): Promise<Frame> {
  const out = room.path(`${Bun.randomUUIDv7()}.mp4`);
  const scene = { durationTenths: 8, script, assets: [image(path)], shotType: "static" };
  await renderOne(storyboard([scene, { durationTenths: 3 }], { format }), out);
  const film = await watch(out);
  const frame = await film.frame(10);
  film.close();
  return frame;
}

describe("a caption over a picture", () => {
  test.each(["1:1", "9:16"] as const)(
    "leaves a busy foot for a calm head, and stays there otherwise: %s",
    async (format) => {
      const busyFoot = await striped(`foot-${format[0]}.png`, { from: 0.45, to: 1 });
      const busyHead = await striped(`head-${format[0]}.png`, { from: 0, to: 0.5 });
      for (const [path, isAbove] of [
        [busyFoot, true],
        [busyHead, false],
      ] as const) {
        const [with_, without] = [await frameWith(path, "Said aloud.", format), await frameWith(path, "", format)];
        // The foot of the safe zone of upright video is far above the buttons of apps.
        const below = format === "9:16" ? { top: 0.55, bottom: 0.66 } : { top: 0.8, bottom: 1 };
        const head = difference(with_, without, { top: 0.12, bottom: 0.3 });
        const foot = difference(with_, without, below);
        const [changed, unchanged] = isAbove ? [head, foot] : [foot, head];
        expect(changed).toBeGreaterThan(4 * unchanged + 4);
      }
    },
  );
});

test("a caption below a logo on paper: the paper stays bright", async () => {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="320" height="120"><circle cx="60" cy="60" r="40" fill="#ff7a1a"/><path d="M120 30H300V90H120Z" fill="#1b2440"/></svg>`;
  await sharp(Buffer.from(svg)).png().toFile(room.path("logo.png"));
  const frame = await frameWith(room.path("logo.png"), "Said aloud.", "16:9");
  for (const y of [0.75, 0.9, 0.97]) expect(Math.min(...frame.colorAt(0.1, y))).toBeGreaterThan(200);
});

describe("a portrait of two to three", () => {
  test("keeps its middle and its upper third in 9:16", async () => {
    const svg =
      '<svg xmlns="http://www.w3.org/2000/svg" width="800" height="1200"><rect width="800" height="1200" fill="#88a"/>' +
      '<rect x="300" y="120" width="200" height="280" fill="#f00"/>' +
      '<rect x="0" y="700" width="130" height="500" fill="#0f0"/></svg>';
    await sharp(Buffer.from(svg)).png().toFile(room.path("portrait.png"));
    for (const [width, height] of [
      [480, 854],
      [480, 480],
    ] as const) {
      const picture = await readPicture(room.path("portrait.png"));
      const { canvas } = await imagePlate(picture, { width, height }, { palette: paletteOf(undefined) });
      const { data } = canvas.getContext("2d").getImageData(0, 0, width, height);
      const red = Array.from({ length: width * height }, (_, i) => i).filter(
        (i) => (data[4 * i] ?? 0) > 200 && (data[4 * i + 1] ?? 0) < 60,
      );
      const columns = red.map((i) => i % width);
      const [left, right] = [Math.min(...new Set(columns)), Math.max(...new Set(columns))];
      expect(Math.abs((left + right) / 2 - width / 2)).toBeLessThan(3);
      const scale = Math.max(width / 800, height / 1200);
      expect(right - left).toBeGreaterThan(200 * scale - 4);
      expect(red.length / (right - left + 1)).toBeGreaterThan(280 * scale - 4);
    }
  });
});
