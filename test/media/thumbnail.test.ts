import { describe, expect, test } from "bun:test";
import { readdir } from "node:fs/promises";
import sharp, { type Sharp } from "sharp";
import { makeThumbnail } from "../../src/media/thumbnail.ts";
import { flatPng } from "./bombs.ts";
import { fixture, workshop } from "./fixtures.ts";

const NS = `xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"`;
const PICTURES = ["photo.jpg", "photo.png", "photo.webp", "animated.gif", "animated.webp", "animated.png"];
const FILMS = ["h264_aac.mp4", "h264.mov", "h264.mkv", "vp8.webm", "vp9.webm", "alpha.webm", "ten_bit.mp4"];

describe("a thumbnail", () => {
  test.each([...PICTURES, ...FILMS])("of %s is a still WebP of its size", async (name) => {
    await using shop = await workshop();
    expect(await makeThumbnail(fixture(name), shop.at("out"))).toEqual({ width: 96, height: 64 });
    const made = await sharp(shop.at("out")).metadata();
    expect(made).toMatchObject({ format: "webp", width: 96, height: 64 });
    expect(made.pages ?? 1).toBe(1);
  });

  test.each(["rotated.jpg", "rotated.mp4"])("of %s stands as displayed", async (name) => {
    await using shop = await workshop();
    expect(await makeThumbnail(fixture(name), shop.at("out"))).toEqual({ width: 64, height: 96 });
    // The test picture turned: compare with the upright one, turned by hand.
    const upright =
      name === "rotated.jpg" ? sharp(fixture("photo.jpg")).rotate(90) : sharp(fixture("photo.png")).rotate(-90);
    expect(await difference(sharp(shop.at("out")), upright)).toBeLessThan(30);
    expect(await difference(sharp(shop.at("out")), upright.rotate(180))).toBeGreaterThan(30);
  });

  test("of a film with wide pixels is wide", async () => {
    await using shop = await workshop();
    expect(await makeThumbnail(fixture("wide_pixels.mp4"), shop.at("out"))).toEqual({ width: 192, height: 64 });
  });

  test("of a film has its colours", async () => {
    await using shop = await workshop();
    for (const name of FILMS) {
      await makeThumbnail(fixture(name), shop.at(name));
      expect(await difference(sharp(shop.at(name)), sharp(fixture("photo.png"))), name).toBeLessThan(25);
    }
  });

  test("is at most 640 px in the larger dimension", async () => {
    await using shop = await workshop();
    const wide = await shop.file("wide.png", await flatPng(1920, 1080));
    const tall = await shop.file("tall.png", await flatPng(10, 5000));
    expect(await makeThumbnail(wide, shop.at("out"))).toEqual({ width: 640, height: 360 });
    expect(await makeThumbnail(tall, shop.at("out"))).toEqual({ width: 1, height: 640 });
  });

  test("is made of CMYK, grey and 16-bit pictures, and keeps transparency", async () => {
    await using shop = await workshop();
    const clear = sharp({
      create: { width: 20, height: 20, channels: 4, background: { r: 255, g: 0, b: 0, alpha: 0 } },
    });
    await clear.clone().png().toFile(shop.at("clear.png"));
    await clear.clone().flatten().toColourspace("cmyk").jpeg().toFile(shop.at("cmyk.jpg"));
    await clear.clone().flatten().toColourspace("grey16").png().toFile(shop.at("grey.png"));
    for (const name of ["clear.png", "cmyk.jpg", "grey.png"]) {
      expect(await makeThumbnail(shop.at(name), shop.at(`${name}.webp`)), name).toEqual({ width: 20, height: 20 });
    }
    expect((await sharp(shop.at("clear.png.webp")).stats()).isOpaque).toBe(false);
  });

  test("of a film that opens on black shows something else", async () => {
    await using shop = await workshop();
    expect(await makeThumbnail(fixture("black_start.mp4"), shop.at("out"))).toEqual({ width: 96, height: 64 });
    const { channels } = await sharp(shop.at("out")).stats();
    expect(Math.max(...channels.map((channel) => channel.stdev))).toBeGreaterThan(40);
  });

  test("of a vector image is drawn, and a huge one only as large as it is shown", async () => {
    await using shop = await workshop();
    expect(await makeThumbnail(fixture("logo.svg"), shop.at("out"))).toEqual({ width: 120, height: 80 });
    const [red = 0, , blue = 255] = await colorAt(shop.at("out"), 60, 40);
    expect(red - blue).toBeGreaterThan(200);
    const huge = await shop.file(
      "huge.svg",
      `<svg ${NS} width="100000" height="50000"><rect width="1" height="1"/></svg>`,
    );
    expect(await makeThumbnail(huge, shop.at("out"))).toEqual({ width: 640, height: 320 });
  });

  test.each([
    "mjpeg.avi",
    "odd_codec.mp4",
    "tone.mp3",
    "tone_with_cover.mp3",
    "tone.m4a",
    "pages.pdf",
    "brief.docx",
    "photo.avif",
  ])("of %s there is none, and no file", async (name) => {
    await using shop = await workshop();
    expect(await makeThumbnail(fixture(name), shop.at("out"))).toBeNull();
    expect(await readdir(shop.folder)).toEqual([]);
  });

  test("of what is too large or too broken there is none, and no file", async () => {
    await using shop = await workshop();
    const flood = await shop.file("flood.png", await flatPng(30_000, 30_000));
    const cut = [await shop.cut("photo.png", 0.5), await shop.cut("vp8.webm", 0.5), await shop.cut("logo.svg", 0.5)];
    for (const path of [flood, ...cut]) expect(await makeThumbnail(path, shop.at("out")), path).toBeNull();
    expect(await readdir(shop.folder)).not.toContain("out");
  });
});

describe("drawing an SVG", () => {
  test("reads no file and asks no server", async () => {
    await using shop = await workshop();
    const asked: string[] = [];
    using server = Bun.serve({
      port: 0,
      hostname: "127.0.0.1",
      development: false,
      fetch(request) {
        asked.push(request.url);
        return new Response(Bun.file(fixture("photo.png")));
      },
    });
    await shop.file(
      "red.png",
      await sharp({ create: { width: 9, height: 9, channels: 3, background: "red" } })
        .png()
        .toBuffer()
        .then((png) => new Uint8Array(png)),
    );
    await shop.file("red.svg", `<svg ${NS} width="9" height="9"><rect id="r" width="9" height="9" fill="red"/></svg>`);
    const places = [shop.at("red.png"), `file://${shop.at("red.png")}`, "red.png", "./red.png", `${server.url}red.png`];
    for (const place of places) {
      const path = await shop.file(
        "probe.svg",
        `<svg ${NS} xmlns:xi="http://www.w3.org/2001/XInclude" width="9" height="9">`,
        `<style>@import url("${place}"); @font-face { font-family: f; src: url("${place}") }</style>`,
        `<rect width="9" height="9" fill="white"/><image href="${place}" width="9" height="9"/>`,
        `<image xlink:href="${place}" width="9" height="9"/><use href="${place.replace(".png", ".svg")}#r"/>`,
        `<xi:include href="${place}" parse="text"/><text font-family="f">x</text></svg>`,
      );
      expect(await makeThumbnail(path, shop.at("out")), place).toEqual({ width: 9, height: 9 });
      expect(await colorAt(shop.at("out"), 7, 7), place).toEqual([255, 255, 255]);
    }
    expect(asked).toEqual([]);
  });
});

async function colorAt(path: string, left: number, top: number): Promise<number[]> {
  const pixel = await sharp(path).removeAlpha().extract({ left, top, width: 1, height: 1 }).raw().toBuffer();
  return [...pixel];
}

/** The mean difference of two pictures of one size, of 255. */
async function difference(a: Sharp, b: Sharp): Promise<number> {
  const [one, two] = await Promise.all([a, b].map((it) => it.toColourspace("srgb").removeAlpha().raw().toBuffer()));
  if (!one || one.length !== two?.length) return Number.NaN;
  return one.reduce((sum, value, at) => sum + Math.abs(value - (two[at] ?? 0)), 0) / one.length;
}
