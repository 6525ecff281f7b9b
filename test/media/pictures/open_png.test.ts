import { describe, expect, test } from "bun:test";
import { deflateSync } from "node:zlib";
import sharp from "sharp";
import { inspectFile } from "../../../src/media/inspect.ts";
import { openPicture } from "../../../src/media/pictures/open_picture.ts";
import { type PngChunk, pngChunks, pngOf } from "../../../src/media/pictures/png_chunks.ts";
import { makeThumbnail } from "../../../src/media/thumbnail.ts";
import { workshop } from "../fixtures.ts";

const DRAWING = { side: 640, enlarge: false };
const END: PngChunk = { type: "IEND", data: Buffer.alloc(0) };

/** A chunk of 32-bit numbers. */
function numbers(type: string, ...values: number[]): PngChunk {
  const data = Buffer.alloc(4 * values.length);
  for (const [index, value] of values.entries()) data.writeUInt32BE(value, 4 * index);
  return { type, data };
}

/** A PNG with chunks put in behind its header. */
function withChunks(png: Buffer, ...added: PngChunk[]): Buffer {
  const [header, ...rest] = pngChunks(png);
  if (!header) throw new Error("no PNG");
  return pngOf([header, ...added, ...rest.filter(({ type }) => !["gAMA", "cHRM", "sRGB"].includes(type))]);
}

function plain(background: { r: number; g: number; b: number }) {
  return sharp({ create: { width: 16, height: 16, channels: 3, background } });
}

/** The colour in the middle of a picture. */
async function middle(bytes: Buffer): Promise<number[]> {
  await using shop = await workshop();
  const path = await shop.file("picture", new Uint8Array(bytes));
  expect((await inspectFile(path)).kind).toBe("image");
  const picture = await openPicture(path, { drawing: DRAWING });
  const { data, info } = await picture.toColourspace("srgb").ensureAlpha().raw().toBuffer({ resolveWithObject: true });
  const at = (Math.floor(info.height / 2) * info.width + Math.floor(info.width / 2)) * 4;
  return [...data.subarray(at, at + 3)];
}

function expectNear(found: readonly number[], wanted: readonly number[], tolerance = 3): void {
  const isNear = found.every((value, index) => Math.abs(value - (wanted[index] ?? 0)) <= tolerance);
  expect({ found, wanted, isNear }).toEqual({ found, wanted, isNear: true });
}

const GREY = { r: 64, g: 64, b: 64 };
const LINEAR = numbers("gAMA", 100_000);
const P3_CHROMATICITIES = numbers("cHRM", 31270, 32900, 68000, 32000, 26500, 69000, 15000, 6000);

describe("the gamma of a PNG is applied", () => {
  const kinds: [kind: string, png: () => Promise<Buffer>][] = [
    ["RGB", () => plain(GREY).png().toBuffer()],
    ["RGB with alpha", () => plain(GREY).ensureAlpha().png().toBuffer()],
    ["a palette", () => plain(GREY).png({ palette: true }).toBuffer()],
    ["grey", () => plain(GREY).toColourspace("b-w").png().toBuffer()],
    ["grey of 16 bits", () => plain(GREY).toColourspace("grey16").png().toBuffer()],
    ["RGB of 16 bits", () => plain(GREY).toColourspace("rgb16").png().toBuffer()],
  ];
  test.each(kinds)("to %s", async (_kind, png) => {
    expectNear(await middle(withChunks(await png(), LINEAR)), [137, 137, 137]);
  });

  test("but not where something better says what the colours are", async () => {
    const png = await plain(GREY).png().toBuffer();
    expectNear(await middle(withChunks(png, numbers("gAMA", 45_455))), [64, 64, 64]);
    expectNear(await middle(withChunks(png, { type: "sRGB", data: Buffer.alloc(1) }, LINEAR)), [64, 64, 64]);
    expectNear(await middle(withChunks(png, { type: "cICP", data: Buffer.from([1, 13, 0, 1]) }, LINEAR)), [64, 64, 64]);
    const profiled = await plain(GREY).withIccProfile("srgb").png().toBuffer();
    expectNear(await middle(withChunks(profiled, LINEAR)), [64, 64, 64]);
  });

  test.each([0, 1, 0xffffffff])("but not where it is nonsense: %d", async (gamma) => {
    expectNear(await middle(withChunks(await plain(GREY).png().toBuffer(), numbers("gAMA", gamma))), [64, 64, 64]);
  });
});

describe("a picture of a wider gamut", () => {
  const colour = { r: 100, g: 200, b: 100 };
  /** Of Display P3, in sRGB: computed with the matrices of both (CSS Color 4, section 10). */
  const shown = [45, 203, 86];

  test("has its colours in sRGB, whatever says them", async () => {
    const png = await plain(colour).png().toBuffer();
    expectNear(await middle(withChunks(png, P3_CHROMATICITIES)), shown);
    expectNear(await middle(withChunks(png, { type: "cICP", data: Buffer.from([12, 13, 0, 1]) })), shown);
    const [r = 0, g = 0, b = 0] = shown;
    for (const format of ["png", "jpeg", "webp"] as const) {
      const made = await plain({ r, g, b }).withIccProfile("p3").toFormat(format, { quality: 100 }).toBuffer();
      // What is stored are samples of P3.
      expectNear([...(await sharp(made, { ignoreIcc: true }).raw().toBuffer()).subarray(0, 3)], [100, 200, 100], 6);
      expectNear(await middle(made), shown, 6);
    }
  });

  test("with a profile that is none is shown as it is", async () => {
    const iCCP = Buffer.concat([Buffer.from("x\0\0", "latin1"), deflateSync(Buffer.alloc(200, 7))]);
    const png = await plain(colour).png().toBuffer();
    expectNear(await middle(withChunks(png, { type: "iCCP", data: iCCP })), [100, 200, 100]);
    const jpeg = await plain(colour).jpeg({ quality: 100 }).toBuffer();
    const profile = Buffer.concat([Buffer.from("ICC_PROFILE\0\x01\x01", "latin1"), Buffer.alloc(200, 7)]);
    const segment = Buffer.concat([Buffer.from([0xff, 0xe2, 0, profile.length + 2]), profile]);
    const odd = Buffer.concat([jpeg.subarray(0, 2), segment, jpeg.subarray(2)]);
    expectNear(await middle(odd), [100, 200, 100]);
  });

  test("with primaries that span nothing is shown as it is", async () => {
    const png = await plain(colour).png().toBuffer();
    const flat = numbers("cHRM", 31270, 32900, 30000, 30000, 30000, 30000, 30000, 30000);
    expectNear(await middle(withChunks(png, flat)), [100, 200, 100]);
    expectNear(await middle(withChunks(png, numbers("cHRM", 0, 0, 0, 0, 0, 0, 0, 0))), [100, 200, 100]);
  });
});

/** Rows of one colour, as a PNG has them. */
function pixels(width: number, height: number, rgb: readonly number[]): Buffer {
  const row = Buffer.from([0, ...Array.from({ length: width }, () => rgb).flat()]);
  return deflateSync(Buffer.concat(Array.from({ length: height }, () => row)));
}

function header(width: number, height: number): PngChunk {
  const { data } = numbers("IHDR", width, height);
  return { type: "IHDR", data: Buffer.concat([data, Buffer.from([8, 2, 0, 0, 0])]) };
}

function control(sequence: number, [width, height, x, y]: readonly [number, number, number, number]): PngChunk {
  const { data } = numbers("fcTL", sequence, width, height, x, y);
  return { type: "fcTL", data: Buffer.concat([data, Buffer.from([0, 1, 0, 2, 0, 0])]) };
}

function frame(sequence: number, data: Buffer): PngChunk {
  return { type: "fdAT", data: Buffer.concat([numbers("", sequence).data, data]) };
}

describe("an animated PNG whose default image is not in the animation", () => {
  const [red, green, blue] = [
    [200, 0, 0],
    [0, 160, 0],
    [0, 0, 200],
  ] as const;
  const hidden = (place: readonly [number, number, number, number]): Buffer =>
    pngOf([
      header(64, 48),
      numbers("acTL", 2, 0),
      { type: "IDAT", data: pixels(64, 48, red) },
      control(0, place),
      frame(1, pixels(place[0], place[1], green).subarray(0, 9)),
      frame(2, pixels(place[0], place[1], green).subarray(9)),
      control(3, [64, 48, 0, 0]),
      frame(4, pixels(64, 48, blue)),
      END,
    ]);

  test("shows the first frame of the animation", async () => {
    expectNear(await middle(hidden([64, 48, 0, 0])), green, 0);
    await using shop = await workshop();
    const path = await shop.file("hidden.png", new Uint8Array(hidden([64, 48, 0, 0])));
    expect(await makeThumbnail(path, shop.at("out"))).toEqual({ width: 64, height: 48 });
    const [r = 0, g = 0] = await sharp(shop.at("out")).removeAlpha().raw().toBuffer();
    expect(r < 20 && g > 140).toBe(true);
  });

  test("shows a smaller frame in its place, on a clear ground", async () => {
    await using shop = await workshop();
    const path = await shop.file("small.png", new Uint8Array(hidden([32, 24, 32, 24])));
    const picture = await openPicture(path, { drawing: DRAWING });
    const { data, info } = await picture.ensureAlpha().raw().toBuffer({ resolveWithObject: true });
    expect([info.width, info.height]).toEqual([64, 48]);
    const at = (x: number, y: number) => [...data.subarray((y * 64 + x) * 4, (y * 64 + x) * 4 + 4)];
    expect([at(10, 10)[3], at(40, 30)]).toEqual([0, [...green, 255]]);
  });

  test.each([
    ["stands outside of its canvas", [64, 48, 1, 0]],
    ["has no size", [0, 0, 0, 0]],
  ] as const)("shows the default image where the first frame %s", async (_why, place) => {
    expectNear(await middle(hidden(place)), red, 0);
  });

  test("is refused where its first frame cannot be decoded", async () => {
    await using shop = await workshop();
    const broken = pngOf([
      header(64, 48),
      numbers("acTL", 1, 0),
      { type: "IDAT", data: pixels(64, 48, red) },
      control(0, [64, 48, 0, 0]),
      frame(1, Buffer.from("nothing like it")),
      END,
    ]);
    const path = await shop.file("broken.png", new Uint8Array(broken));
    await expect(inspectFile(path)).rejects.toMatchObject({ code: "media_unreadable" });
  });
});
