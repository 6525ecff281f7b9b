import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { Canvas } from "@napi-rs/canvas";
import { frameSize } from "../../../src/media/animatic/layout.ts";
import { safeZone } from "../../../src/media/animatic/safe_zones.ts";
import { prepareScene } from "../../../src/media/animatic/scene.ts";
import { openFootage } from "../../../src/media/animatic/scene_footage.ts";
import type { AnimaticSpec } from "../../../src/media/animatic/spec.ts";
import { stylesOf } from "../../../src/media/animatic/spec_style.ts";
import { canvasOf } from "../../../src/media/animatic/text/typography.ts";
import { timeline } from "../../../src/media/animatic/timeline.ts";
import { PLATFORMS, VIDEO_FORMATS } from "../../../src/media/mod.ts";
import { image, paint, storyboard, workRoom } from "./footage.ts";

let room: Awaited<ReturnType<typeof workRoom>>;
beforeAll(async () => {
  room = await workRoom();
});
afterAll(() => room.clear());

const LONG = "Every other shoe fights the road, and you feel it in your knees. ".repeat(30).trim();

async function magenta(canvas: Canvas) {
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  const found: { x: number; y: number }[] = [];
  for (let i = 0; i < data.length; i += 4) {
    if ((data[i] ?? 0) > 180 && (data[i + 1] ?? 0) < 70 && (data[i + 2] ?? 0) > 180) {
      found.push({ x: (i / 4) % canvas.width, y: Math.floor(i / 4 / canvas.width) });
    }
  }
  return found;
}

/** Draws frames of every scene of a spec in its first output. */
async function framesOf(spec: AnimaticSpec): Promise<Canvas[]> {
  const [style] = await stylesOf(spec, spec.outputs, () => {});
  if (!style) throw new Error("no output");
  const drawn: Canvas[] = [];
  for (const [index, timed] of timeline(spec.scenes).entries()) {
    const footage = await openFootage(timed, { sizes: [style.layout], warn: () => {} });
    const last = index === spec.scenes.length - 1;
    const options = { spec, footage, style, scratch: canvasOf(style.layout), warn: () => {}, last };
    const scene = await prepareScene(timed, options);
    for (const at of [0.4, 0.99]) {
      const canvas = canvasOf(style.layout);
      await scene.draw(canvas.getContext("2d"), Math.floor(timed.frames * at));
      drawn.push(canvas);
    }
    scene.close();
    for (const each of footage) each.close();
  }
  return drawn;
}

describe("the safe zone", () => {
  const shapes = VIDEO_FORMATS.flatMap((format) => PLATFORMS.map((platform) => [format, platform] as const));

  test.each(shapes)("holds every letter of the longest texts: %s, %s", async (format, platform) => {
    const wide = image(await paint(room.path("wide.png"), "rgb(40, 90, 60)", { width: 1600, height: 900 }));
    const tall = image(await paint(room.path("tall.png"), "rgb(90, 90, 60)", { width: 600, height: 1200 }));
    const zone = safeZone(frameSize(format, "480p"), { format, platform });
    for (const [captions, look] of [
      ["line", "animatic"],
      ["words", "final"],
    ] as const) {
      const scenes = [[wide], [tall], []].map((assets) => {
        return { durationTenths: 60, script: LONG, description: LONG, shotType: LONG, assets };
      });
      const rest = { format, platform, captions, look, style: "Safe zone proof", callToAction: LONG, product: LONG };
      for (const frame of await framesOf(storyboard(scenes, rest))) {
        const found = await magenta(frame);
        expect(found.length).toBeGreaterThan(0);
        const outside = found.filter(({ x, y }) => {
          return x < zone.x || y < zone.y || x >= zone.x + zone.width || y >= zone.y + zone.height;
        });
        expect(outside.slice(0, 3)).toEqual([]);
      }
    }
  });

  test.each(VIDEO_FORMATS)("of no named platform is clear of all others: %s", (format) => {
    const size = frameSize(format, "1080p");
    const all = safeZone(size, { format, platform: "generic" });
    for (const platform of PLATFORMS) {
      const zone = safeZone(size, { format, platform });
      expect(all.x).toBeGreaterThanOrEqual(zone.x);
      expect(all.y).toBeGreaterThanOrEqual(zone.y);
      expect(all.x + all.width).toBeLessThanOrEqual(zone.x + zone.width);
      expect(all.y + all.height).toBeLessThanOrEqual(zone.y + zone.height);
    }
  });
});
