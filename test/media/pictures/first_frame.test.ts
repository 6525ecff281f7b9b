import { expect, test } from "bun:test";
import sharp from "sharp";
import { openPicture } from "../../../src/media/pictures/open_picture.ts";
import { makeThumbnail } from "../../../src/media/thumbnail.ts";
import { workshop } from "../fixtures.ts";

/** A GIF of 64 × 48 whose first frame is green and covers only its lower right, and whose second covers all of it. */
async function gif(): Promise<Buffer> {
  const image = async (width: number, height: number, background: string) => {
    const made = await sharp({ create: { width, height, channels: 3, background } })
      .gif()
      .toBuffer();
    // Behind the header and the global colours; up to the trailer.
    const start = made.indexOf(0x2c, 13 + tableLength(made[10] ?? 0));
    return { colours: made.subarray(13, 13 + tableLength(made[10] ?? 0)), data: made.subarray(start + 10, -1), made };
  };
  const [first, second] = [await image(32, 24, "#00a000"), await image(64, 48, "#0000c8")];
  const placed = ({ colours, data }: typeof first, [x, y, width, height]: readonly number[]) => {
    const descriptor = Buffer.alloc(10);
    descriptor[0] = 0x2c;
    for (const [index, value] of [x, y, width, height].entries()) descriptor.writeUInt16LE(value ?? 0, 1 + 2 * index);
    descriptor[9] = 0x80 | (Math.log2(colours.length / 3) - 1);
    return Buffer.concat([control, descriptor, colours, data]);
  };
  const control = Buffer.from([0x21, 0xf9, 4, 0, 20, 0, 0, 0]);
  const screen = Buffer.concat([Buffer.from("GIF89a"), Buffer.from([64, 0, 48, 0, 0, 0, 0])]);
  return Buffer.concat([screen, placed(first, [32, 24, 32, 24]), placed(second, [0, 0, 64, 48]), Buffer.from([0x3b])]);
}

function tableLength(flags: number): number {
  return flags & 0x80 ? 3 * 2 ** ((flags & 7) + 1) : 0;
}

/** A WebP of the same kind, whose background is red. */
async function webp(): Promise<Buffer> {
  const pixels = async (width: number, height: number, background: string) => {
    const made = await sharp({ create: { width, height, channels: 3, background } })
      .webp({ lossless: true })
      .toBuffer();
    return made.subarray(12);
  };
  const chunk = (type: string, ...parts: Buffer[]) => {
    const head = Buffer.alloc(8);
    const data = Buffer.concat(parts);
    head.write(type, 0, "latin1");
    head.writeUInt32LE(data.length, 4);
    return Buffer.concat([head, data]);
  };
  const small = (...values: number[]) => {
    const data = Buffer.alloc(3 * values.length);
    for (const [index, value] of values.entries()) data.writeUIntLE(value, 3 * index, 3);
    return data;
  };
  const flags = (value: number) => Buffer.from([value]);
  const body = [
    Buffer.from("WEBP"),
    chunk("VP8X", Buffer.from([2, 0, 0, 0]), small(63, 47)),
    chunk("ANIM", Buffer.from([0, 0, 255, 255, 0, 0])),
    chunk("ANMF", small(16, 12, 31, 23, 200), flags(0), await pixels(32, 24, "#00a000")),
    chunk("ANMF", small(0, 0, 63, 47, 200), flags(0), await pixels(64, 48, "#0000c8")),
  ];
  return chunk("RIFF", ...body);
}

test.each([
  ["GIF", gif],
  ["WebP", webp],
] as const)("an animated %s: what its first frame does not cover is clear", async (_format, made) => {
  await using shop = await workshop();
  const path = await shop.file("animation", new Uint8Array(await made()));
  const picture = await openPicture(path, { drawing: { side: 640, enlarge: false } });
  const { data, info } = await picture.ensureAlpha().raw().toBuffer({ resolveWithObject: true });
  expect([info.width, info.height]).toEqual([64, 48]);
  const at = (x: number, y: number) => [...data.subarray((y * 64 + x) * 4, (y * 64 + x) * 4 + 4)];
  expect([at(10, 10)[3], at(40, 30)]).toEqual([0, [0, 160, 0, 255]]);
  expect(await makeThumbnail(path, shop.at("out"))).toEqual({ width: 64, height: 48 });
});
