import { describe, expect, test } from "bun:test";
import sharp from "sharp";
import { inspectFile } from "../../../src/media/inspect.ts";
import { makeThumbnail } from "../../../src/media/thumbnail.ts";
import { film, renderOne, storyboard, video, workRoom } from "../animatic/footage.ts";
import { watch } from "../animatic/screening.ts";
import { box, boxAt, editList, rearranged } from "./film_surgery.ts";

/** Seconds of the film's own time, which may be null for nothing, and how long they are shown. */
type Part = readonly [from: number | null, seconds: number];

const COLORS = { red: [255, 0, 0], green: [0, 128, 0], blue: [0, 0, 255] } as const;

/** A second of red, one of green and one of blue, presented by an edit list. */
async function edited(path: string, parts: readonly Part[]): Promise<void> {
  await film(path, ["red", "green", "blue"], 24);
  const bytes = rearranged(
    await Bun.file(path).bytes(),
    ({ ftyp, moov, data }) => [ftyp, box("mdat", data), moov],
    (moov) => {
      const scale = (lead: Uint8Array): number => new DataView(lead.buffer, lead.byteOffset).getUint32(12);
      const [movie, media] = [
        scale(boxAt(moov.boxes, "mvhd").lead),
        scale(boxAt(moov.boxes, "trak", "mdia", "mdhd").lead),
      ];
      const edits = parts.map(([from, seconds]) => [seconds * movie, from === null ? -1 : from * media] as const);
      const trak = boxAt(moov.boxes, "trak");
      trak.boxes = [...trak.boxes.filter(({ type }) => type !== "edts"), editList(0, edits)];
    },
  );
  await Bun.write(path, bytes);
}

describe("edit list: a film shows nothing that was cut away", () => {
  test.each<[string, Part[], number, (keyof typeof COLORS)[]]>([
    ["at its beginning", [[2, 1]], 1, ["blue", "blue"]],
    ["at its beginning and its end", [[1, 1]], 1, ["green", "green"]],
    [
      "between two parts",
      [
        [0, 0.5],
        [2, 0.5],
      ],
      1,
      ["red", "blue"],
    ],
    [
      "and parts in another order",
      [
        [2, 0.5],
        [0, 0.5],
      ],
      1,
      ["blue", "red"],
    ],
    [
      "and waits before it begins",
      [
        [null, 0.5],
        [1, 0.5],
      ],
      1,
      ["green", "green"],
    ],
  ])("%s", async (_name, parts, seconds, colors) => {
    const room = await workRoom();
    const path = room.path("film.mp4");
    await edited(path, parts);
    expect(Math.abs(((await inspectFile(path)).duration ?? 0) - seconds)).toBeLessThan(0.05);

    await makeThumbnail(path, room.path("out"));
    const { data } = await sharp(await Bun.file(room.path("out")).bytes())
      .removeAlpha()
      .raw()
      .toBuffer({ resolveWithObject: true });
    const shown = colors.map((color) => COLORS[color]);
    expect(shown.some((color) => distance(data, color) < 30)).toBe(true);

    const spec = storyboard([{ durationTenths: 10, assets: [video(path)], shotType: "static" }, { durationTenths: 5 }]);
    expect((await renderOne(spec, room.path("out.mp4"))).warnings).toEqual([]);
    const seen = await watch(room.path("out.mp4"));
    for (const [i, color] of shown.entries()) {
      const frame = await seen.frame(i === 0 ? 2 : 16);
      expect(distance(frame.colorAt(0.5, 0.4), color), `part ${i}`).toBeLessThan(40);
    }
    seen.close();
    await room.clear();
  });
});

function distance(seen: ArrayLike<number>, meant: readonly number[]): number {
  return Math.max(...meant.map((value, i) => Math.abs(value - (seen[i] ?? 0))));
}
