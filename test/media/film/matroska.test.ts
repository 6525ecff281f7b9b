import { describe, expect, test } from "bun:test";
import { inspectFile } from "../../../src/media/inspect.ts";
import { makeThumbnail } from "../../../src/media/thumbnail.ts";
import { codeOf, cpuSeconds } from "../cost.ts";
import { fixture, workshop } from "../fixtures.ts";
import { concat } from "./film_surgery.ts";
import {
  CLUSTER,
  CRC,
  CUES,
  element,
  endless,
  type MatroskaParts,
  partsOf,
  SEGMENT,
  UNKNOWN,
  VOID,
} from "./matroska_surgery.ts";

const FACTS = { kind: "video", format: "mkv", width: 96, height: 64 };
const zeros = (length: number): Uint8Array => new Uint8Array(length);
const noise = (length: number): Uint8Array => Uint8Array.from({ length }, (_, i) => (i * 167 + 13) % 251);

type Film = (parts: MatroskaParts) => Uint8Array<ArrayBuffer>;

const whole = ({ info, tracks, blocks }: MatroskaParts): Uint8Array[] => [info, tracks, element(CLUSTER, blocks)];

const FILMS: [string, Film][] = [
  ["zeros in the segment", (p) => concat([p.head, element(SEGMENT, ...whole(p), zeros(20))])],
  ["zeros that leave eight bytes", (p) => concat([p.head, element(SEGMENT, ...whole(p), zeros(8))])],
  ["one byte of padding", (p) => concat([p.head, element(SEGMENT, ...whole(p), zeros(1))])],
  [
    "one byte before a tiny element",
    (p) => concat([p.head, element(SEGMENT, ...whole(p), zeros(1), Uint8Array.of(...CUES, 0x80), zeros(2))]),
  ],
  [
    "an unknown element at its end",
    (p) => concat([p.head, element(SEGMENT, ...whole(p), element(UNKNOWN, noise(11)))]),
  ],
  [
    "unknown elements between its clusters",
    (p) =>
      concat([
        p.head,
        element(
          SEGMENT,
          p.info,
          element(UNKNOWN, noise(30)),
          p.tracks,
          element(UNKNOWN),
          element(UNKNOWN, noise(9)),
          element(CLUSTER, p.blocks),
        ),
      ]),
  ],
  [
    "noise between its elements",
    (p) => concat([p.head, element(SEGMENT, p.info, p.tracks, noise(333), element(CLUSTER, p.blocks))]),
  ],
  [
    "noise in its cluster",
    (p) => concat([p.head, element(SEGMENT, p.info, p.tracks, element(CLUSTER, p.blocks, zeros(77)))]),
  ],
  ["checksums", (p) => concat([p.head, element(SEGMENT, Uint8Array.of(...CRC, 0x84), zeros(4), ...whole(p))])],
  [
    "voids of every size",
    (p) =>
      concat([
        p.head,
        element(
          SEGMENT,
          Uint8Array.of(...VOID, 0x80),
          p.info,
          element(VOID, zeros(500)),
          p.tracks,
          Uint8Array.of(...VOID, 0x81, 0),
          element(CLUSTER, p.blocks),
        ),
      ]),
  ],
  [
    "no sizes, as browsers record",
    (p) => concat([p.head, endless(SEGMENT, p.info, p.tracks, endless(CLUSTER, p.blocks))]),
  ],
  [
    "no sizes, and zeros after it",
    (p) => concat([p.head, endless(SEGMENT, p.info, p.tracks, endless(CLUSTER, p.blocks)), zeros(5000)]),
  ],
  ["garbage after it", (p) => concat([p.head, element(SEGMENT, ...whole(p)), noise(3000)])],
  [
    "another film after it",
    (p) =>
      concat([
        p.head,
        endless(SEGMENT, p.info, p.tracks, endless(CLUSTER, p.blocks)),
        p.head,
        element(SEGMENT, ...whole(p)),
      ]),
  ],
];

describe("matroska: a film is read to its end", () => {
  test.each(FILMS)("with %s", async (_name, film) => {
    await using shop = await workshop();
    const path = await shop.file("film.mkv", film(partsOf(await Bun.file(fixture("h264.mkv")).bytes())));
    const facts = await inspectFile(path);
    expect(facts).toMatchObject(FACTS);
    expect(Math.abs((facts.duration ?? 0) - 1.2)).toBeLessThan(0.05);
    expect(await makeThumbnail(path, shop.at("out"))).toEqual({ width: 96, height: 64 });
  });
});

describe("matroska: a truncated film is refused", () => {
  test.each<[string, Film]>([
    ["of known sizes", (p) => concat([p.head, element(SEGMENT, ...whole(p))])],
    ["of unknown sizes", (p) => concat([p.head, endless(SEGMENT, p.info, p.tracks, endless(CLUSTER, p.blocks))])],
  ])("%s", async (_name, film) => {
    await using shop = await workshop();
    const bytes = film(partsOf(await Bun.file(fixture("h264.mkv")).bytes()));
    for (const part of [0.3, 0.6, 0.95]) {
      const path = await shop.file("cut.mkv", bytes.slice(0, Math.floor(bytes.length * part)));
      expect(await codeOf(path), String(part)).toBe("media_unreadable");
    }
  });
});

describe("matroska: a hostile file costs at most a second of CPU", () => {
  const laced = Uint8Array.of(0xa3, 0x85, 0x82, 0, 0, 0x84, 255);
  const cuePoint = Uint8Array.of(0xbb, 0x8b, 0xb3, 0x81, 1, 0xb7, 0x86, 0xf7, 0x81, 1, 0xf1, 0x81, 1);
  const repeated = (bytes: Uint8Array, times: number): Uint8Array => Buffer.alloc(bytes.length * times, bytes);
  test.each<[string, Film]>([
    [
      "of a million laces",
      (p) => concat([p.head, element(SEGMENT, p.info, p.tracks, element(CLUSTER, repeated(laced, 1e5)))]),
    ],
    [
      "of a million voids",
      (p) => concat([p.head, element(SEGMENT, ...whole(p), repeated(Uint8Array.of(...VOID, 0x80), 1e6))]),
    ],
    [
      "of a million equal cues",
      (p) => concat([p.head, element(SEGMENT, ...whole(p), element(CUES, repeated(cuePoint, 1e6)))]),
    ],
    [
      "of a million unknown elements",
      (p) => concat([p.head, element(SEGMENT, ...whole(p), repeated(Uint8Array.of(...UNKNOWN, 0x80), 1e6))]),
    ],
    [
      "of ten megabytes of noise",
      (p) => concat([p.head, element(SEGMENT, p.info, p.tracks, noise(1e7), element(CLUSTER, p.blocks))]),
    ],
  ])("%s", async (_name, film) => {
    await using shop = await workshop();
    const path = await shop.file("film.mkv", film(partsOf(await Bun.file(fixture("h264.mkv")).bytes())));
    expect(await cpuSeconds(() => codeOf(path))).toBeLessThan(1);
  });
});
