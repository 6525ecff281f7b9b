import { describe, expect, test } from "bun:test";
import { VideoFrame, type VideoPixelFormat } from "@napi-rs/webcodecs";
import { createPixelReader } from "../../../src/media/film/frame_pixels.ts";
import { wideColorOf } from "../../../src/media/film/wide_color.ts";

type ColorSpace =
  NonNullable<ConstructorParameters<typeof VideoFrame>[1]> extends infer Init
    ? Init extends { colorSpace?: infer Space }
      ? Space
      : never
    : never;

const wide = (transfer: "pq" | "hlg" | "bt709"): ColorSpace => ({
  ...{ primaries: "bt2020", transfer, matrix: "bt2020-ncl", fullRange: false },
});
const ordinary: ColorSpace = { primaries: "bt709", transfer: "bt709", matrix: "bt709", fullRange: false };

/** The one colour of a frame whose samples are all the same, to the last odd pixel. */
async function colorOf(
  format: VideoPixelFormat,
  samples: readonly number[],
  colorSpace: ColorSpace,
): Promise<number[]> {
  const [width, height] = [6, 4];
  const [y = 0, u = 0, v = 0] = samples;
  const chroma = format.startsWith("I444") ? 24 : format.startsWith("I422") ? 12 : 6;
  const values = [...Array(24).fill(y), ...Array(chroma).fill(u), ...Array(chroma).fill(v)];
  const data = format.includes("P1") ? new Uint8Array(Uint16Array.from(values).buffer) : Uint8Array.from(values);
  const frame = new VideoFrame(data, { format, codedWidth: width, codedHeight: height, timestamp: 0, colorSpace });
  const { data: out } = await createPixelReader().read(frame);
  frame.close();
  expect(out.length).toBe(width * height * 4);
  for (let i = 4; i < out.length; i++) expect(out[i]).toBe(out[i - 4] ?? 0);
  return [...out.subarray(0, 3)];
}

describe("wide color: a frame shows the colours of an ordinary screen", () => {
  // Signals of 203 and 26 candelas, and of 75 % HLG (ITU-R BT.2408, table 1), in limited range.
  test.each<[string, VideoPixelFormat, number[], ColorSpace, number[]]>([
    ["white in PQ", "I420P10", [64 + 876 * 0.58, 512, 512], wide("pq"), [242, 242, 242]],
    ["grey in PQ", "I420P10", [64 + 876 * 0.38, 512, 512], wide("pq"), [103, 103, 103]],
    ["the brightest white in PQ", "I420P10", [940, 512, 512], wide("pq"), [255, 255, 255]],
    ["white in HLG", "I420P10", [64 + 876 * 0.75, 512, 512], wide("hlg"), [242, 242, 242]],
    ["black in HLG", "I420P10", [64, 512, 512], wide("hlg"), [0, 0, 0]],
    ["white in BT.2020", "I420P10", [940, 512, 512], wide("bt709"), [255, 255, 255]],
    ["white in BT.2020 of 8 bits", "I420", [235, 128, 128], wide("bt709"), [255, 255, 255]],
    ["red of BT.709 in 10 bits", "I420P10", [250, 409, 960], ordinary, [255, 0, 0]],
    ["green of BT.709 in 10 bits", "I422P10", [691, 167, 105], ordinary, [0, 255, 0]],
    ["blue of BT.709 in 10 bits", "I444P10", [127, 960, 471], ordinary, [0, 0, 255]],
    ["grey of BT.709 in 10 bits", "I420P10", [502, 512, 512], ordinary, [128, 128, 128]],
  ])("%s", async (_name, format, samples, colorSpace, color) => {
    const seen = await colorOf(format, samples, colorSpace);
    expect(Math.max(...color.map((value, i) => Math.abs(value - (seen[i] ?? 0)))), String(seen)).toBeLessThanOrEqual(6);
  });
});

test("wide color: the pixels of a frame of 4K in PQ take less than half a second of processor time", () => {
  const init = { format: "I420P10" as const, codedWidth: 6, codedHeight: 4, timestamp: 0, colorSpace: wide("pq") };
  const frame = new VideoFrame(new Uint8Array(72), init);
  const color = wideColorOf(frame);
  frame.close();
  const costs: number[] = [];
  for (let pass = 0; pass < 4; pass++) {
    const before = process.cpuUsage();
    let sum = 0;
    for (let i = 0; i < 3840 * 2160; i++) {
      sum += color?.toRgb(64 + (i % 876), 400 + ((i >> 3) % 200), 500 + ((i >> 9) % 100)) ?? 0;
    }
    expect(sum).not.toBe(0);
    const { user, system } = process.cpuUsage(before);
    costs.push((user + system) / 1e6);
  }
  // A clip has twenty seconds for each of its own, and so for 24 frames.
  expect(Math.min(...costs)).toBeLessThan(0.5);
}, 120_000);
