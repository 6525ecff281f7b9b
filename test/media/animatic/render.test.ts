import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { existsSync } from "node:fs";
import type { Rgb } from "../../../src/media/animatic/visuals/palette.ts";
import { film, image, paint, renderOne, soundtrackOf, storyboard, tone, video, workRoom } from "./footage.ts";
import { colorDistance, difference, type Film, watch } from "./screening.ts";

const RED: Rgb = [200, 30, 40];
const GREEN: Rgb = [20, 150, 60];
const BLUE: Rgb = [30, 60, 200];

describe("a storyboard of a picture, a clip, a card and a closing", () => {
  const made: { room?: Awaited<ReturnType<typeof workRoom>>; film?: Film; warnings?: unknown[]; reports: number[] } = {
    reports: [],
  };
  const seen = (): Film => {
    if (!made.film) throw new Error("the film was not made");
    return made.film;
  };

  beforeAll(async () => {
    const room = await workRoom();
    made.room = room;
    const red = await paint(room.path("red.png"), "rgb(200, 30, 40)");
    const clip = await film(room.path("clip.mp4"), ["rgb(20, 150, 60)", "rgb(30, 60, 200)"], 12);
    const bed = await tone(room.path("bed.wav"), { seconds: 1.3 });
    const soundtrack = await soundtrackOf(bed, { seconds: 9, room: room.path });
    const out = room.path("out.mp4");
    const spec = storyboard(
      [
        { durationTenths: 20, script: "The city sleeps", assets: [image(red)], shotType: "wide" },
        { durationTenths: 25, assets: [video(clip)], transition: "dissolve" },
        { durationTenths: 17, script: "No picture yet", assets: [], transition: "fade" },
        { durationTenths: 28, assets: [image(red)], transition: "cut" },
      ],
      { soundtrack },
    );
    const result = await renderOne(spec, out, { onProgress: (fraction) => made.reports.push(fraction) });
    made.warnings = result.warnings;
    expect(result).toMatchObject({ frames: 216, width: 854, height: 480, durationSeconds: 9 });
    expect(existsSync(`${out}.part`)).toBe(false);
    made.film = await watch(out);
  });
  afterAll(async () => {
    made.film?.close();
    await made.room?.clear();
  });

  test("has every frame of its nine seconds, in time and in size", () => {
    expect(seen()).toMatchObject({ frames: 216, steady: true, width: 854, height: 480 });
    expect(Math.abs(seen().duration - 9)).toBeLessThanOrEqual(1 / 24);
    expect(made.warnings).toEqual([]);
  });

  test("shows the image in the middle of its scene, in its own colour", async () => {
    expect(colorDistance((await seen().frame(24)).colorAt(0.5, 0.4), RED)).toBeLessThan(10);
  });

  test("plays the clip and starts it again when it is over", async () => {
    const start = 48;
    expect(colorDistance((await seen().frame(start + 18)).colorAt(0.5, 0.4), BLUE)).toBeLessThan(12);
    expect(colorDistance((await seen().frame(start + 30)).colorAt(0.5, 0.4), GREEN)).toBeLessThan(12);
    expect(colorDistance((await seen().frame(start + 42)).colorAt(0.5, 0.4), BLUE)).toBeLessThan(12);
  });

  test("mixes both pictures in a dissolve", async () => {
    const [r, g] = (await seen().frame(48 + 5)).colorAt(0.5, 0.4);
    expect(r).toBeGreaterThan(GREEN[0] + 20);
    expect(r).toBeLessThan(RED[0] - 20);
    expect(g).toBeGreaterThan(RED[1] + 20);
  });

  test("goes through black in a fade", async () => {
    const boundary = 108;
    expect((await seen().frame(boundary - 1)).brightness()).toBeLessThan(12);
    expect((await seen().frame(boundary)).brightness()).toBeLessThan(12);
    expect((await seen().frame(boundary + 20)).brightness()).toBeGreaterThan(12);
  });

  test("changes at once in a cut", async () => {
    const boundary = 149;
    expect(colorDistance((await seen().frame(boundary)).colorAt(0.5, 0.4), RED)).toBeLessThan(12);
    expect(colorDistance((await seen().frame(boundary - 1)).colorAt(0.5, 0.4), RED)).toBeGreaterThan(60);
  });

  test("ends on the closing card, which stands still", async () => {
    const [middle, early, last] = await Promise.all([seen().frame(182), seen().frame(204), seen().frame(215)]);
    expect(difference(middle, last)).toBeGreaterThan(8);
    expect(difference(early, last)).toBeLessThan(2);
  });

  test("loops the sound to the end and fades it in and out", async () => {
    const [start, middle, end] = [
      await seen().loudness(0, 0.1),
      await seen().loudness(4, 5),
      await seen().loudness(8.9, 9),
    ];
    expect(middle).toBeGreaterThan(0.12);
    expect(start).toBeLessThan(0.06);
    expect(end).toBeLessThan(0.03);
  });

  test("reports its progress rising to one", () => {
    expect(made.reports.length).toBeGreaterThan(10);
    expect(made.reports).toEqual(made.reports.toSorted((a, b) => a - b));
    expect(made.reports.at(-1)).toBe(1);
  });

  test("is written so that a player can start before it has all of it", async () => {
    const bytes = Buffer.from(await Bun.file(made.room?.path("out.mp4") ?? "").arrayBuffer());
    expect(bytes.indexOf("moov")).toBeGreaterThan(0);
    expect(bytes.indexOf("moov")).toBeLessThan(bytes.indexOf("mdat"));
  });
});

describe("a caption", () => {
  test("is the only difference between a scene with a script and one without", async () => {
    const room = await workRoom();
    const picture = await paint(room.path("white.png"), "white");
    const render = async (script: string, name: string) => {
      const assets = [image(picture)];
      const spec = storyboard([{ durationTenths: 10, script, assets, shotType: "static" }, { durationTenths: 5 }]);
      await renderOne(spec, room.path(name));
      return await watch(room.path(name));
    };
    const [with_, without] = [await render("Said aloud.", "a.mp4"), await render("", "b.mp4")];
    const [a, b] = [await with_.frame(14), await without.frame(14)];
    expect(difference(a, b, { top: 0.72, bottom: 1 })).toBeGreaterThan(60);
    expect(difference(a, b, { top: 0, bottom: 0.4 })).toBeLessThan(2);
    for (const film of [with_, without]) film.close();
    await room.clear();
  });
});

describe("the shape of the video", () => {
  test("follows the format, upright and square", async () => {
    const room = await workRoom();
    for (const [format, width, height] of [
      ["9:16", 480, 854],
      ["1:1", 480, 480],
    ] as const) {
      const out = room.path(`${width}x${height}.mp4`);
      const result = await renderOne(storyboard([{ durationTenths: 7 }], { format }), out);
      expect(result).toMatchObject({ width, height, frames: 17 });
      const seen = await watch(out);
      expect(seen).toMatchObject({ width, height, frames: 17 });
      expect(await seen.loudness(0, 1)).toBeNull();
      seen.close();
    }
    await room.clear();
  });

  test("shows several assets of one scene one after the other", async () => {
    const room = await workRoom();
    const assets = [
      image(await paint(room.path("red.png"), "rgb(200, 30, 40)")),
      image(await paint(room.path("blue.png"), "rgb(30, 60, 200)")),
    ];
    await renderOne(storyboard([{ durationTenths: 30, assets }, { durationTenths: 5 }]), room.path("out.mp4"));
    const seen = await watch(room.path("out.mp4"));
    expect(colorDistance((await seen.frame(20)).colorAt(0.5, 0.4), RED)).toBeLessThan(12);
    expect(colorDistance((await seen.frame(60)).colorAt(0.5, 0.4), BLUE)).toBeLessThan(12);
    seen.close();
    await room.clear();
  });
});
