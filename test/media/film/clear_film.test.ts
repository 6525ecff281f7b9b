import { describe, expect, test } from "bun:test";
import sharp from "sharp";
import { makeThumbnail } from "../../../src/media/thumbnail.ts";
import { renderOne, storyboard, video, workRoom } from "../animatic/footage.ts";
import { watch } from "../animatic/screening.ts";
import { fixture } from "../fixtures.ts";

/** Yellow in the middle; the red around it is clear. */
describe.each(["clear_vp8.webm", "clear_vp9.webm"])("clear film: %s hides what is below its clear parts", (name) => {
  test("in its thumbnail", async () => {
    const room = await workRoom();
    expect(await makeThumbnail(fixture(name), room.path("out"))).toEqual({ width: 64, height: 48 });
    const { data, info } = await sharp(await Bun.file(room.path("out")).bytes())
      .raw()
      .toBuffer({ resolveWithObject: true });
    expect(info.channels).toBe(4);
    expect(data[3]).toBeLessThan(20);
    const [red = 0, green = 0, blue = 255, alpha = 0] = data.subarray((24 * 64 + 32) * 4);
    expect([red > 220, green > 190, blue < 60, alpha > 235]).toEqual([true, true, true, true]);
    await room.clear();
  });

  test("in an animatic", async () => {
    const room = await workRoom();
    const assets = [video(fixture(name), "webm")];
    const spec = storyboard([{ durationTenths: 10, assets, shotType: "static" }, { durationTenths: 5 }]);
    expect((await renderOne(spec, room.path("out.mp4"))).warnings).toEqual([]);
    const seen = await watch(room.path("out.mp4"));
    const frame = await seen.frame(10);
    const [red = 0, green = 0, blue = 255] = frame.colorAt(0.5, 0.45);
    expect([red > 180, green > 150, blue < 110]).toEqual([true, true, true]);
    const [r = 0, g = 0, b = 0] = frame.colorAt(0.4, 0.5);
    expect(r - Math.min(g, b)).toBeLessThan(90);
    seen.close();
    await room.clear();
  });
});
