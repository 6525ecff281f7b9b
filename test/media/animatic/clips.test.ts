import { describe, expect, test } from "bun:test";
import { join } from "node:path";
import { VideoFrame } from "@napi-rs/webcodecs";
import { createHdConverter, isHdColor } from "../../../src/media/animatic/hd_color.ts";
import { renderAnimatic } from "../../../src/media/animatic/mod.ts";
import { storyboard, video, workRoom } from "./footage.ts";
import { watch } from "./screening.ts";

const fixture = (name: string): string => join(import.meta.dir, "../../fixtures/media", name);

describe("a video asset", () => {
  test.each([
    "h264_aac.mp4",
    "h264.mov",
    "h264.mkv",
    "vp8.webm",
    "vp9.webm",
    "alpha.webm",
    "ten_bit.mp4",
    "rotated.mp4",
    "wide_pixels.mp4",
  ])("%s plays, and moves", async (name) => {
    const room = await workRoom();
    const assets = [video(fixture(name), name.split(".")[1])];
    const spec = storyboard([{ durationTenths: 25, assets, shotType: "static" }, { durationTenths: 5 }]);
    const { warnings, frames } = await renderAnimatic(spec, room.path("out.mp4"));
    expect(warnings).toEqual([]);
    const seen = await watch(room.path("out.mp4"));
    expect(seen.frames).toBe(frames);
    expect((await seen.frame(10)).brightness({ top: 0.3, bottom: 0.7 })).toBeGreaterThan(20);
    seen.close();
    await room.clear();
  });

  test.each([
    ["odd_codec.mp4", "its codec (unknown) is not supported"],
    ["mpeg4.avi", "its container is damaged, or not one that can be played"],
    ["theora.ogv", "its container is damaged, or not one that can be played"],
    ["audio_only.mp4", "it has no picture"],
  ])("%s gives way to the scene's card, and the reason is told", async (name, reason) => {
    const room = await workRoom();
    const format = name.split(".")[1] ?? "";
    const spec = storyboard([{ durationTenths: 6, assets: [video(fixture(name), format)] }, { durationTenths: 5 }]);
    const { warnings } = await renderAnimatic(spec, room.path("out.mp4"));
    expect(warnings).toEqual([{ sceneNumber: 1, message: `A video (${format}) cannot be shown: ${reason}` }]);
    await room.clear();
  });
});

describe("a sound asset", () => {
  test.each(["tone.mp3", "tone.aac", "tone.m4a", "tone.wav", "opus.ogg", "vorbis.ogg", "tone_with_cover.mp3"])(
    "%s is heard, and again when it is over",
    async (name) => {
      const room = await workRoom();
      const spec = storyboard([{ durationTenths: 40 }], { audio: { path: fixture(name) } });
      expect((await renderAnimatic(spec, room.path("out.mp4"))).warnings).toEqual([]);
      const seen = await watch(room.path("out.mp4"));
      expect(await seen.loudness(0.8, 3)).toBeGreaterThan(0.02);
      expect(Math.abs(seen.duration - 4)).toBeLessThanOrEqual(1 / 24);
      seen.close();
      await room.clear();
    },
  );
});

describe("the colours of HD film", () => {
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
    expect(isHdColor(frame)).toBe(true);
    const out = new Uint8Array(width * height * 4);
    await createHdConverter().convert(frame, out);
    frame.close();
    for (let i = 0; i < out.length; i += 4) {
      expect(Math.max(...color.map((value, c) => Math.abs(value - (out[i + c] ?? 0))))).toBeLessThanOrEqual(3);
      expect(out[i + 3]).toBe(255);
    }
  });
});
