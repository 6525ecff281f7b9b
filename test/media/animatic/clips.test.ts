import { describe, expect, test } from "bun:test";
import { join } from "node:path";
import sharp from "sharp";
import { renderContactSheet } from "../../../src/media/animatic/render_contact_sheet.ts";
import { drawnFilm, renderOne, soundtrackOf, storyboard, video, workRoom } from "./footage.ts";
import { difference, watch } from "./screening.ts";

const fixture = (name: string): string => join(import.meta.dir, "../../fixtures/media", name);
/** The fewest pixels that a video can have. */
const SMALL = { format: "1:1" } as const;

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
    const spec = storyboard([{ durationTenths: 15, assets, shotType: "static" }, { durationTenths: 2 }], SMALL);
    const { warnings, frames } = await renderOne(spec, room.path("out.mp4"));
    expect(warnings).toEqual([]);
    const seen = await watch(room.path("out.mp4"));
    expect(seen.frames).toBe(frames);
    const [early, later] = [await seen.frame(10), await seen.frame(20)];
    expect(early.brightness({ top: 0.3, bottom: 0.7 })).toBeGreaterThan(20);
    expect(difference(early, later, { top: 0.3, bottom: 0.7 })).toBeGreaterThan(1);
    seen.close();
    await room.clear();
  });

  test.each([
    ["odd_codec.mp4", "its codec (unknown) is not supported"],
    ["mpeg4.avi", "it is damaged or in a form that cannot be decoded"],
    ["theora.ogv", "it has no picture"],
    ["audio_only.mp4", "it has no picture"],
  ])("%s gives way to the scene's card, and the reason is told", async (name, reason) => {
    const room = await workRoom();
    const format = name.split(".")[1] ?? "";
    const spec = storyboard(
      [{ durationTenths: 6, assets: [video(fixture(name), format)] }, { durationTenths: 2 }],
      SMALL,
    );
    const { warnings } = await renderOne(spec, room.path("out.mp4"));
    expect(warnings).toEqual([{ sceneNumber: 1, message: `A video (${format}) cannot be shown: ${reason}` }]);
    await room.clear();
  });
});

describe("a sound asset", () => {
  test.each([
    "tone.mp3",
    "tone.aac",
    "tone.m4a",
    "tone.wav",
    "opus.ogg",
    "vorbis.ogg",
    "tone_with_cover.mp3",
    "audio_only.webm",
    "audio_only.mkv",
  ])("%s is heard, and again when it is over", async (name) => {
    const room = await workRoom();
    const soundtrack = await soundtrackOf(fixture(name), { seconds: 58 / 24, room: room.path });
    expect(soundtrack.warnings).toEqual([]);
    await renderOne(storyboard([{ durationTenths: 24 }], { ...SMALL, soundtrack }), room.path("out.mp4"));
    const seen = await watch(room.path("out.mp4"));
    // The sound itself lasts for 1.2 s.
    expect(await seen.loudness(0.3, 0.9)).toBeGreaterThan(0.02);
    expect(await seen.loudness(1.4, 2)).toBeGreaterThan(0.02);
    expect(Math.abs(seen.duration - 2.4)).toBeLessThanOrEqual(1 / 24);
    seen.close();
    await room.clear();
  });
});

describe("a clip that opens on black", () => {
  test("has its tile and its side bars from the first good frame", async () => {
    const room = await workRoom();
    const path = await drawnFilm(room.path("black.mp4"), {
      size: { width: 360, height: 640 },
      frames: 120,
      draw(context, frame) {
        const { width, height } = context.canvas;
        context.fillStyle = "black";
        context.fillRect(0, 0, width, height);
        if (frame < 60) return;
        for (let row = 0; row < 8; row++) {
          context.fillStyle = row % 2 === 0 ? "rgb(240, 90, 60)" : "rgb(120, 200, 250)";
          context.fillRect(0, (row * height) / 8, width, height / 8);
        }
      },
    });
    const spec = storyboard([{ durationTenths: 40, assets: [video(path)] }, { durationTenths: 5 }]);
    await renderOne(spec, room.path("out.mp4"));
    const seen = await watch(room.path("out.mp4"));
    const early = await seen.frame(12);
    expect(Math.max(...early.colorAt(0.5, 0.3))).toBeLessThan(12);
    expect(Math.max(...early.colorAt(0.08, 0.5))).toBeGreaterThan(50);
    seen.close();

    await renderContactSheet(spec, room.path("sheet.png"));
    const tile = { left: 64, top: 176, width: 400, height: 220 };
    const { channels } = await sharp(room.path("sheet.png")).extract(tile).stats();
    expect(channels[0]?.mean).toBeGreaterThan(60);
    await room.clear();
  });
});
