import { describe, expect, test } from "bun:test";
import sharp, { type Sharp } from "sharp";
import { makeThumbnail } from "../../src/media/thumbnail.ts";
import { renderOne, storyboard, video, workRoom } from "./animatic/footage.ts";
import { watch } from "./animatic/screening.ts";
import { twoColors } from "./film/coded_film.ts";
import { box, boxAt, rearranged, words } from "./film/film_surgery.ts";
import { fixture } from "./fixtures.ts";

/** The matrix of a track: where the unit vectors go (ISO/IEC 14496-12, section 6.2.2), and the same by hand. */
const ORIENTATIONS: [string, readonly [number, number, number, number], (upright: Sharp) => Sharp][] = [
  ["upright", [1, 0, 0, 1], (upright) => upright],
  ["turned right", [0, 1, -1, 0], (upright) => upright.rotate(90)],
  ["upside down", [-1, 0, 0, -1], (upright) => upright.rotate(180)],
  ["turned left", [0, -1, 1, 0], (upright) => upright.rotate(270)],
  ["mirrored", [-1, 0, 0, 1], (upright) => upright.flop()],
  ["flipped", [1, 0, 0, -1], (upright) => upright.flip()],
  ["transposed", [0, 1, 1, 0], (upright) => upright.flop().rotate(270)],
  ["transposed the other way", [0, -1, -1, 0], (upright) => upright.flop().rotate(90)],
];

function oriented(bytes: Uint8Array, [a, b, c, d]: readonly [number, number, number, number]): Uint8Array<ArrayBuffer> {
  return rearranged(
    bytes,
    ({ ftyp, moov, data }) => [ftyp, moov, box("mdat", data)],
    (moov) => {
      const one = 0x10000;
      boxAt(moov.boxes, "trak", "tkhd").lead.set(words(a * one, b * one, 0, c * one, d * one), 40);
    },
  );
}

describe("orientation: a film is seen as its matrix says", () => {
  test.each(ORIENTATIONS)("%s", async (_name, matrix, byHand) => {
    const room = await workRoom();
    const plain = await Bun.file(fixture("h264_aac.mp4")).bytes();
    await Bun.write(room.path("plain.mp4"), plain);
    await Bun.write(room.path("film.mp4"), oriented(plain, matrix));
    await makeThumbnail(room.path("plain.mp4"), room.path("plain.webp"));
    await makeThumbnail(room.path("film.mp4"), room.path("film.webp"));
    const meant = await byHand(sharp(await Bun.file(room.path("plain.webp")).bytes()))
      .removeAlpha()
      .raw()
      .toBuffer();
    const seen = await sharp(await Bun.file(room.path("film.webp")).bytes())
      .removeAlpha()
      .raw()
      .toBuffer();
    expect(seen.length).toBe(meant.length);
    expect(seen.reduce((sum, value, i) => sum + Math.abs(value - (meant[i] ?? 0)), 0) / seen.length).toBeLessThan(8);
    await room.clear();
  });

  const [left, right] = [
    [220, 40, 50],
    [30, 190, 60],
  ] as const;
  test.each([
    ["mirrored", [-1, 0, 0, 1], right, left],
    ["flipped", [1, 0, 0, -1], left, right],
    ["upside down", [-1, 0, 0, -1], right, left],
  ] as const)("%s in an animatic", async (_name, matrix, atLeft, atRight) => {
    const room = await workRoom();
    const coding = { width: 640, height: 360, matrix: "bt709", isSaid: true } as const;
    const plain = await twoColors(room.path("plain.mp4"), { coding, left, right });
    const path = room.path("film.mp4");
    await Bun.write(path, oriented(await Bun.file(plain).bytes(), matrix));
    const spec = storyboard([{ durationTenths: 10, assets: [video(path)], shotType: "static" }, { durationTenths: 5 }]);
    expect((await renderOne(spec, room.path("out.mp4"))).warnings).toEqual([]);
    const seen = await watch(room.path("out.mp4"));
    const frame = await seen.frame(10);
    for (const [x, color] of [
      [0.2, atLeft],
      [0.8, atRight],
    ] as const) {
      const shown = frame.colorAt(x, 0.4);
      expect(Math.max(...color.map((value, i) => Math.abs(value - (shown[i] ?? 0))))).toBeLessThanOrEqual(8);
    }
    seen.close();
    await room.clear();
  });
});
