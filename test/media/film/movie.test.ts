import { describe, expect, test } from "bun:test";
import { inspectFile } from "../../../src/media/inspect.ts";
import { makeThumbnail } from "../../../src/media/thumbnail.ts";
import { codeOf, cpuSeconds } from "../cost.ts";
import { fixture, workshop } from "../fixtures.ts";
import { type BoxTree, box, boxAt, boxesOf, concat, editList, joined, rearranged, words } from "./film_surgery.ts";

const PICTURE = { kind: "video", width: 96, height: 64 };
const film = (): Promise<Uint8Array> => Bun.file(fixture("h264_aac.mp4")).bytes();
const size64 = (type: string, content: Uint8Array): Uint8Array =>
  concat([words(1), new TextEncoder().encode(type), words(0, content.length + 16), content]);
const TABLES = ["mdia", "minf", "stbl"] as const;
const picture = (moov: BoxTree): BoxTree => boxAt(moov.boxes, "trak");

/** The header of a film, track or medium says that its duration is unknown. */
function forgetDurations(moov: BoxTree): void {
  boxAt(moov.boxes, "mvhd").lead.fill(0xff, 16, 20);
  for (const trak of moov.boxes.filter(({ type }) => type === "trak")) {
    boxAt(trak.boxes, "tkhd").lead.fill(0xff, 20, 24);
    boxAt(trak.boxes, "mdia", "mdhd").lead.fill(0xff, 16, 20);
  }
}

/** A copy of the second track without samples. */
function addEmptyTrack(moov: BoxTree): void {
  const [sound] = boxesOf(joined(moov.boxes.filter(({ type }) => type === "trak").slice(1)));
  if (!sound) throw new Error("no second track");
  boxAt(sound.boxes, "tkhd").lead.set(words(9), 12);
  for (const table of boxAt(sound.boxes, ...TABLES).boxes) {
    if (table.type === "stsz") table.lead = words(0, 0, 0);
    else if (table.type !== "stsd") table.lead = words(0, 0);
  }
  moov.boxes.push(sound);
}

function shortenColour(moov: BoxTree): void {
  const [entry] = boxAt(picture(moov).boxes, ...TABLES, "stsd").boxes;
  const lead = concat([new TextEncoder().encode("nclx"), Uint8Array.of(0, 1, 0, 1, 0, 1)]);
  entry?.boxes.push({ type: "colr", lead, boxes: [] });
}

type Change = (moov: BoxTree) => void;
type Arrange = Parameters<typeof rearranged>[1];

const plain: Arrange = ({ ftyp, moov, data }) => [ftyp, box("mdat", data), moov];

describe("movie: a film is read in any order of its boxes", () => {
  const uuid = box("uuid", new Uint8Array(24));
  test.each<[string, "mp4" | "mov", Arrange]>([
    ["free first", "mp4", ({ ftyp, moov, data }) => [box("free", new Uint8Array(8)), ftyp, box("mdat", data), moov]],
    ["skip and uuid first", "mp4", ({ ftyp, moov, data }) => [box("skip"), uuid, ftyp, moov, box("mdat", data)]],
    ["no brand, wide first", "mov", ({ moov, data }) => [box("wide"), box("mdat", data), moov]],
    ["no brand, data first", "mov", ({ moov, data }) => [box("mdat", data), moov]],
    ["no brand, pnot first", "mov", ({ moov, data }) => [box("pnot", new Uint8Array(12)), box("mdat", data), moov]],
    ["no brand, index first", "mov", ({ moov, data }) => [moov, box("mdat", data)]],
    ["64-bit sizes", "mp4", ({ ftyp, moov, data }) => [ftyp, size64("mdat", data), size64("moov", moov.subarray(8))]],
    [
      "data to the end",
      "mp4",
      ({ ftyp, moov, data }) => [ftyp, moov, words(0), new TextEncoder().encode("mdat"), data],
    ],
    ["an index to the end", "mp4", ({ ftyp, moov, data }) => [ftyp, box("mdat", data), words(0), moov.subarray(4)]],
    ["garbage after it", "mp4", (parts) => [...plain(parts), Uint8Array.from({ length: 999 }, (_, i) => i % 251)]],
    ["zeros after it", "mp4", (parts) => [...plain(parts), new Uint8Array(999)]],
  ])("%s", async (_name, format, arrange) => {
    await using shop = await workshop();
    const path = await shop.file("film", rearranged(await film(), arrange));
    expect(await inspectFile(path)).toMatchObject({ ...PICTURE, format, duration: 1.2 });
    expect(await makeThumbnail(path, shop.at("out"))).toEqual({ width: 96, height: 64 });
  });

  test.each<[string, Change]>([
    ["unknown durations", forgetDurations],
    ["a track without samples", addEmptyTrack],
    ["a colour box without its last byte, last", shortenColour],
  ])("with %s", async (_name, change) => {
    await using shop = await workshop();
    const path = await shop.file("film", rearranged(await film(), plain, change));
    expect(await inspectFile(path)).toMatchObject({ ...PICTURE, format: "mp4", duration: 1.2 });
    expect(await makeThumbnail(path, shop.at("out"))).toEqual({ width: 96, height: 64 });
  });
});

describe("movie: an edit list decides how long a film is", () => {
  // The fixture has ten pictures a second; the first is shown two ticks after it is decoded.
  const TICK = 1024;
  test.each<[string, 0 | 1, [number, number, number?][], number]>([
    ["trimmed at both ends", 0, [[500, 5 * TICK]], 0.5],
    ["in 64 bits", 1, [[500, 5 * TICK]], 0.5],
    [
      "delayed",
      0,
      [
        [300, -1],
        [600, 2 * TICK],
      ],
      0.9,
    ],
    [
      "of several parts",
      0,
      [
        [200, 2 * TICK],
        [300, 6 * TICK],
      ],
      0.5,
    ],
    [
      "backwards",
      1,
      [
        [200, 8 * TICK],
        [300, 2 * TICK],
      ],
      0.5,
    ],
    [
      "held",
      0,
      [
        [400, 2 * TICK, 0],
        [300, 2 * TICK],
      ],
      0.7,
    ],
    ["twice as fast", 0, [[300, 2 * TICK, 2]], 0.3],
    ["longer than the film", 0, [[1300, 2 * TICK]], 1.2],
    ["to the end", 0, [[0, 2 * TICK]], 1.2],
  ])("%s", async (_name, version, edits, duration) => {
    await using shop = await workshop();
    const change = (moov: BoxTree): void => {
      moov.boxes = moov.boxes.filter((tree) => tree.type !== "trak" || tree === picture(moov));
      const trak = picture(moov);
      trak.boxes = trak.boxes.map((tree) => (tree.type === "edts" ? editList(version, edits) : tree));
    };
    const path = await shop.file("film.mp4", rearranged(await film(), plain, change));
    const facts = await inspectFile(path);
    expect(Math.abs((facts.duration ?? 0) - duration)).toBeLessThan(0.01);
    expect(await makeThumbnail(path, shop.at("out"))).toEqual({ width: 96, height: 64 });
  });
});

describe("movie: fragments are part of the film", () => {
  test.each(["fragments.mp4", "index_and_fragments.mp4"])("%s", async (name) => {
    await using shop = await workshop();
    expect(await inspectFile(fixture(name))).toMatchObject({ format: "mp4", duration: 2 });
    const trees = boxesOf(await Bun.file(fixture(name)).bytes());
    forgetDurations(boxAt(trees, "moov"));
    const path = await shop.file("film.mp4", joined(trees));
    expect(await inspectFile(path)).toMatchObject({ format: "mp4", duration: 2 });
    expect(await makeThumbnail(path, shop.at("out"))).toEqual({ width: 48, height: 32 });
  });

  test.each(["fragments.mp4", "index_and_fragments.mp4"])("%s is refused when it is truncated", async (name) => {
    await using shop = await workshop();
    for (const part of [0.1, 0.3, 0.6, 0.85])
      expect(await codeOf(await shop.cut(name, part)), `${part}`).toBe("media_unreadable");
  });
});

describe("movie: a hostile film costs at most a second of CPU", () => {
  const many = words(0xffffffff);
  const inTable = (type: string, at: number, value: Uint8Array) => (moov: BoxTree) => {
    boxAt(picture(moov).boxes, ...TABLES, type).lead.set(value, at);
  };
  test.each<[string, (moov: BoxTree) => void]>([
    ["of countless samples", inTable("stts", 8, many)],
    ["of countless offsets", inTable("ctts", 8, many)],
    ["of countless chunks", inTable("stsc", 20, many)],
    ["of chunks without end", inTable("stsc", 12, many)],
    ["of countless edits", (moov) => boxAt(picture(moov).boxes, "edts").boxes[0]?.lead.set(many, 4)],
    [
      "of countless tracks",
      (moov) => {
        const none: BoxTree = { type: "trak", lead: new Uint8Array(0), boxes: [] };
        moov.boxes.push(...Array.from({ length: 100_000 }, () => none));
      },
    ],
  ])("%s", async (_name, change) => {
    await using shop = await workshop();
    const path = await shop.file("film.mp4", rearranged(await film(), plain, change));
    expect(await cpuSeconds(() => codeOf(path))).toBeLessThan(1);
  });

  test("of an index that was damaged at random", async () => {
    expect(
      await cpuSeconds(async () => expect(await codeOf(fixture("hang.mp4"))).toBe("media_unreadable")),
    ).toBeLessThan(1);
  });

  test("of countless samples in a fragment", async () => {
    await using shop = await workshop();
    const trees = boxesOf(await Bun.file(fixture("fragments.mp4")).bytes());
    boxAt(trees, "moof", "traf", "trun").lead = words(0, 0xffffffff);
    const path = await shop.file("film.mp4", joined(trees));
    expect(await cpuSeconds(async () => expect(await codeOf(path)).toBe("media_unreadable"))).toBeLessThan(1);
  });

  test("of countless boxes", async () => {
    await using shop = await workshop();
    const path = await shop.file(
      "film.mp4",
      rearranged(await film(), ({ ftyp, moov, data }) => [
        ftyp,
        Buffer.alloc(8e6, box("free")),
        box("mdat", data),
        moov,
      ]),
    );
    expect(await cpuSeconds(() => codeOf(path))).toBeLessThan(1);
  });
});
