import { afterAll, describe, expect, test } from "bun:test";
import { brotliCompressSync } from "node:zlib";
import { createMediaService } from "../../../src/media/mod.ts";
import { fixture, workshop } from "../fixtures.ts";

const media = createMediaService({ processes: 1 });
afterAll(() => media.close());

const FONTS = {
  "brand.ttf": { format: "ttf", family: "Inter", weight: 700 },
  "brand.woff2": { format: "woff2", family: "Inter", weight: 700 },
  "blocks.otf": { format: "otf", family: "Blocks", weight: 500 },
} as const;

test.each(Object.entries(FONTS))("font: %s is read by its content, with family and weight", async (name, facts) => {
  await using shop = await workshop();
  expect(await media.inspect(fixture(name))).toMatchObject({ kind: "font", ...facts, width: null, pageCount: null });
  expect(await media.thumbnail(fixture(name), shop.at("out.webp"))).toEqual({ width: 640, height: 400 });
});

describe("a hostile font", () => {
  const HOSTILE: Record<string, (ttf: Buffer, woff2: Buffer) => Buffer> = {
    "is incomplete": (ttf) => ttf.subarray(0, ttf.length / 2),
    "is a packed font that is cut": (_ttf, woff2) => woff2.subarray(0, woff2.length / 2),
    "is a header alone": (ttf) => ttf.subarray(0, 12),
    "declares 250 tables": (ttf) => withUint16(ttf, 4, 250),
    "has a table outside of the file": (ttf) => withUint32(ttf, 12 + 8, 0xfffffff0),
    "has the same table twice": (ttf) => Buffer.from(ttf).fill(ttf.subarray(12, 16), 28, 32),
    "has no character map": (ttf) => renamed(ttf, "cmap", "zzzz"),
    "has no glyphs": (ttf) => renamed(ttf, "glyf", "zzzz"),
    "has no head": (ttf) => withUint32(ttf, tableAt(ttf, "head") + 12, 0),
    "has a map of four billion characters": (ttf) => withMap(ttf, [[0, 0xffffffff]]),
    "has a map of a million groups": (ttf) =>
      withMap(
        ttf,
        Array.from({ length: 100_000 }, () => [0x20, 0x10ffff]),
      ),
    "is a bomb of packed tables": () => packed(Buffer.alloc(200 * 1024 ** 2), 200 * 1024 ** 2),
    "unpacks to more than it declares": () => packed(Buffer.alloc(4 * 1024 ** 2), 1000),
    "unpacks to less than it declares": () => packed(Buffer.alloc(1000), 1024 ** 2),
    "has units of nothing": (ttf) => withUint16(ttf, tableAt(ttf, "head") + 18, 0),
  };

  test.each(Object.entries(HOSTILE))("%s: it is refused with a sentence that says what to do", async (_name, make) => {
    await using shop = await workshop();
    const [ttf, woff2] = await Promise.all(["brand.ttf", "brand.woff2"].map((name) => Bun.file(fixture(name)).bytes()));
    const bytes = make(Buffer.from(ttf ?? []), Buffer.from(woff2 ?? []));
    const path = await shop.file("font", new Uint8Array(bytes));
    await expect(media.inspect(path)).rejects.toMatchObject({
      code: "media_unreadable",
      message: expect.stringMatching(/^Cannot read the font: .+\. Export it again, or use another file$/),
    });
  });

  test("glyphs that are random bytes: it is read or refused, and the process lives", async () => {
    await using shop = await workshop();
    const ttf = Buffer.from(await Bun.file(fixture("brand.ttf")).bytes());
    const at = tableAt(ttf, "glyf");
    for (let seed = 1; seed <= 20; seed++) {
      const bytes = Buffer.from(ttf);
      for (let i = 0; i < 40; i++) bytes[at + ((seed * 7919 + i * 104_729) % 900)] = (seed * 31 + i * 17) & 0xff;
      const path = await shop.file(`glyphs ${seed}`, new Uint8Array(bytes));
      const outcome = await media.inspect(path).then(
        ({ kind }) => kind,
        ({ code }) => code,
      );
      expect(["font", "media_unreadable"]).toContain(outcome);
    }
    expect(await media.inspect(fixture("brand.ttf"))).toMatchObject({ kind: "font" });
  });
});

/** Returns where a table begins. */
function tableAt(font: Buffer, tag: string): number {
  for (let at = 12; at < 12 + font.readUInt16BE(4) * 16; at += 16) {
    if (font.toString("latin1", at, at + 4) === tag) return font.readUInt32BE(at + 8);
  }
  throw new Error(`no table ${tag}`);
}

function renamed(font: Buffer, tag: string, to: string): Buffer {
  const bytes = Buffer.from(font);
  bytes.write(to, bytes.indexOf(tag, 12, "latin1"), "latin1");
  return bytes;
}

function withUint16(font: Buffer, at: number, value: number): Buffer {
  const bytes = Buffer.from(font);
  bytes.writeUInt16BE(value, at);
  return bytes;
}

function withUint32(font: Buffer, at: number, value: number): Buffer {
  const bytes = Buffer.from(font);
  bytes.writeUInt32BE(value, at);
  return bytes;
}

/** Returns the font with a character map of format 12 of these groups at its end. */
function withMap(font: Buffer, groups: readonly (readonly number[])[]): Buffer {
  const map = Buffer.alloc(12 + 16 + groups.length * 12);
  map.writeUInt16BE(1, 2);
  map.writeUInt16BE(3, 4);
  map.writeUInt16BE(10, 6);
  map.writeUInt32BE(12, 8);
  map.writeUInt16BE(12, 12);
  map.writeUInt32BE(map.length - 12, 16);
  map.writeUInt32BE(groups.length, 24);
  groups.forEach(([start = 0, end = 0], index) => {
    map.writeUInt32BE(start, 28 + index * 12);
    map.writeUInt32BE(end, 32 + index * 12);
    map.writeUInt32BE(1, 36 + index * 12);
  });
  const bytes = Buffer.concat([font, map]);
  const entry = bytes.indexOf("cmap", 12, "latin1");
  bytes.writeUInt32BE(font.length, entry + 8);
  bytes.writeUInt32BE(map.length, entry + 12);
  return bytes;
}

/** Returns a WOFF2 file of one table, which declares a length. */
function packed(content: Buffer, declared: number): Buffer {
  const stream = brotliCompressSync(content, { params: {} });
  const length = [28, 21, 14, 7, 0].map((shift) => Math.floor(declared / 2 ** shift) & 0x7f);
  const digits = length.slice(length.findIndex((digit) => digit > 0));
  const entry = Buffer.from([0, ...digits.map((digit, index) => digit | (index < digits.length - 1 ? 0x80 : 0))]);
  const header = Buffer.alloc(48);
  header.write("wOF2\x00\x01\x00\x00", "latin1");
  header.writeUInt32BE(48 + entry.length + stream.length, 8);
  header.writeUInt16BE(1, 12);
  header.writeUInt32BE(declared, 16);
  header.writeUInt32BE(stream.length, 20);
  return Buffer.concat([header, entry, stream]);
}
