import { describe, expect, test } from "bun:test";
import { VideoFrame } from "@napi-rs/webcodecs";
import sharp from "sharp";
import { createPixelReader } from "../../../src/media/film/frame_pixels.ts";
import { makeThumbnail } from "../../../src/media/thumbnail.ts";
import { renderOne, storyboard, video, workRoom } from "../animatic/footage.ts";
import { watch } from "../animatic/screening.ts";
import { type Coding, twoColors } from "./coded_film.ts";

describe("the pixels of a frame in BT.709", () => {
  // Pure red, green and blue in limited range (ITU-R BT.709, tables 3 and 4).
  test.each([
    [{ y: 63, u: 102, v: 240 }, [255, 0, 0]],
    [{ y: 173, u: 42, v: 26 }, [0, 255, 0]],
    [{ y: 32, u: 240, v: 118 }, [0, 0, 255]],
    [{ y: 235, u: 128, v: 128 }, [255, 255, 255]],
    [{ y: 16, u: 128, v: 128 }, [0, 0, 0]],
    [{ y: 255, u: 128, v: 255 }, [255, 211, 255]],
  ])("turns %j into %j, to the last odd pixel", async ({ y, u, v }, color) => {
    const [width, height] = [6, 4];
    const data = new Uint8Array(36).fill(y, 0, 24).fill(u, 24, 30).fill(v, 30, 36);
    const colorSpace = { primaries: "bt709", transfer: "bt709", matrix: "bt709", fullRange: false } as const;
    const init = { format: "I420", codedWidth: width, codedHeight: height, timestamp: 0, colorSpace } as const;
    const frame = new VideoFrame(data, init);
    const { data: out } = await createPixelReader().read(frame);
    frame.close();
    expect(out.length).toBe(width * height * 4);
    for (let i = 0; i < out.length; i += 4) {
      expect(Math.max(...color.map((value, c) => Math.abs(value - (out[i + c] ?? 0))))).toBeLessThanOrEqual(3);
      expect(out[i + 3]).toBe(255);
    }
  });
});

describe("a film shows its colours in its thumbnail and in an animatic", () => {
  const [left, right] = [
    [220, 40, 50],
    [30, 190, 60],
  ] as const;
  const SD = { width: 640, height: 360 };
  const HD = { width: 1280, height: 720 };
  test.each<[string, Coding]>([
    ["as BT.709, which is small", { ...SD, matrix: "bt709", isSaid: true }],
    ["as BT.709, which is large", { ...HD, matrix: "bt709", isSaid: true }],
    ["as BT.601, which is large", { ...HD, matrix: "smpte170m", isSaid: true }],
    ["as nothing, which is large and so in BT.709", { ...HD, matrix: "bt709", isSaid: false }],
    ["as nothing, which is small and so in BT.601", { ...SD, matrix: "smpte170m", isSaid: false }],
  ])("when it is marked %s", async (_name, coding) => {
    const room = await workRoom();
    const path = await twoColors(room.path("film.mp4"), { coding, left, right });

    await makeThumbnail(path, room.path("out.webp"));
    const thumbnail = sharp(room.path("out.webp"));
    const shown = await thumbnail.resize({ width: 8, height: 1, fit: "fill" }).removeAlpha().raw().toBuffer();
    expect(distance(shown.subarray(3, 6), left)).toBeLessThanOrEqual(6);
    expect(distance(shown.subarray(18, 21), right)).toBeLessThanOrEqual(6);

    const assets = [video(path)];
    const spec = storyboard([{ durationTenths: 10, assets, shotType: "static" }, { durationTenths: 5 }]);
    expect((await renderOne(spec, room.path("out.mp4"))).warnings).toEqual([]);
    const seen = await watch(room.path("out.mp4"));
    const frame = await seen.frame(10);
    expect(distance(frame.colorAt(0.2, 0.4), left)).toBeLessThanOrEqual(8);
    expect(distance(frame.colorAt(0.8, 0.4), right)).toBeLessThanOrEqual(8);
    seen.close();
    await room.clear();
  });
});

function distance(seen: ArrayLike<number>, meant: readonly number[]): number {
  return Math.max(...meant.map((value, i) => Math.abs(value - (seen[i] ?? 0))));
}
