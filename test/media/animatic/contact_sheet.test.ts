import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import sharp from "sharp";
import { renderContactSheet } from "../../../src/media/animatic/render_contact_sheet.ts";
import { secondsText } from "../../../src/media/animatic/sheet.ts";
import { film, image, paint, storyboard, video, workRoom } from "./footage.ts";

let room: Awaited<ReturnType<typeof workRoom>>;
beforeAll(async () => {
  room = await workRoom();
});
afterAll(() => room.clear());

describe("the contact sheet", () => {
  test("shows every scene: its image, the middle of its clip, or its card", async () => {
    const assets = [image(await paint(room.path("in.png"), "rgb(200, 30, 40)"))];
    const clip = video(await film(room.path("clip.mp4"), ["rgb(20, 150, 60)", "rgb(30, 60, 200)"], 24));
    const spec = storyboard([
      { durationTenths: 40, script: "The city sleeps.", assets, shotType: "wide" },
      { durationTenths: 36, script: "Your legs don’t.", assets: [clip] },
      { durationTenths: 44, script: "Run.", assets: [image(room.path("missing.png"))] },
      { durationTenths: 60, script: "Now.", assets },
    ]);
    const out = room.path("sheet.png");
    const result = await renderContactSheet(spec, out);
    expect(result.warnings.map(({ sceneNumber }) => sceneNumber)).toEqual([3]);
    const { data, info } = await sharp(out).removeAlpha().raw().toBuffer({ resolveWithObject: true });
    expect(info).toMatchObject({ width: result.width, height: result.height });
    const at = (x: number, y: number): number[] => {
      const i = (y * info.width + x) * info.channels;
      return [...data.subarray(i, i + 3)];
    };
    // Three columns of 493 pixels with 36 between them, 64 from the edge; the first row begins at 176.
    const near = (a: number[], b: number[]): boolean => a.every((value, i) => Math.abs(value - (b[i] ?? 0)) < 14);
    expect(near(at(64 + 246, 300), [200, 30, 40])).toBe(true);
    expect(near(at(64 + 529 + 246, 300), [30, 60, 200])).toBe(true);
    expect(near(at(64 + 246, info.height - 250), [200, 30, 40])).toBe(true);
    expect(near(at(64 + 2 * 529 + 480, 440), [200, 30, 40])).toBe(false);
  });

  test.each(["9:16", "1:1"] as const)("holds the seven scenes of a long video in %s", async (format) => {
    const scenes = Array.from({ length: 7 }, () => ({ durationTenths: 257, script: "Again and again. ".repeat(40) }));
    const { width, height, warnings } = await renderContactSheet(storyboard(scenes, { format }), room.path("s.png"));
    expect(width).toBe(1680);
    expect(height).toBeGreaterThan(1000);
    expect(warnings).toEqual([]);
  });

  test("writes durations as people read them", () => {
    expect([5, 40, 125].map(secondsText)).toEqual(["0.5 s", "4.0 s", "12.5 s"]);
  });
});
