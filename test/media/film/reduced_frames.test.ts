import { describe, expect, test } from "bun:test";
import { VideoFrame, type VideoFrameBufferInit } from "@napi-rs/webcodecs";
import sharp from "sharp";
import { createScreen } from "../../../src/media/animatic/visuals/clip_screen.ts";
import { createPixelReader } from "../../../src/media/film/frame_pixels.ts";
import { halvingsFor } from "../../../src/media/film/frame_planes.ts";
import { firstGoodFrame } from "../../../src/media/film/video_frame.ts";
import { workRoom } from "../animatic/footage.ts";
import { twoColors } from "./coded_film.ts";

const PQ = { primaries: "bt2020", transfer: "pq", matrix: "bt2020-ncl", fullRange: false } as const;
const HD = { primaries: "bt709", transfer: "bt709", matrix: "bt709", fullRange: false } as const;
const FOUR_K = { width: 3840, height: 2160 };

/** A frame that is white at the left and black at the right. */
function frameOf(
  format: "I420" | "I420P10",
  { width, height }: { width: number; height: number },
  colorSpace: VideoFrameBufferInit["colorSpace"],
): VideoFrame {
  const unit = format === "I420" ? 1 : 4;
  const chroma = Math.ceil(width / 2) * Math.ceil(height / 2);
  const samples = new Uint16Array(width * height + 2 * chroma).fill(128 * unit);
  for (let i = 0; i < width * height; i++) samples[i] = (i % width < width / 2 ? 235 : 16) * unit;
  const data = unit === 1 ? Uint8Array.from(samples) : new Uint8Array(samples.buffer);
  return new VideoFrame(data, {
    ...{ format, codedWidth: width, codedHeight: height, timestamp: 0 },
    ...(colorSpace && { colorSpace }),
  });
}

test.each([
  [1, 0],
  [2, 0],
  [0.51, 0],
  [0.5, 1],
  [0.26, 1],
  [0.25, 2],
  [1 / 6, 2],
])("reduced frames: a picture shown at a scale of %p is halved %i times", (scale, times) => {
  expect(halvingsFor(scale)).toBe(times);
});

describe("reduced frames: no more pixels are converted than a picture needs", () => {
  test.each([
    ["4K in PQ in a video of 1080p", "I420P10", FOUR_K, PQ, 0.5, [1920, 1080]],
    ["4K in BT.709 in a video of 1080p", "I420", FOUR_K, HD, 0.5, [1920, 1080]],
    ["4K in PQ in a video of 480p", "I420P10", FOUR_K, PQ, 854 / 3840, [960, 540]],
    ["an odd size in PQ", "I420P10", { width: 2047, height: 1151 }, PQ, 0.4, [1024, 576]],
    ["an odd size as large as the video", "I420P10", { width: 853, height: 479 }, PQ, 1, [853, 479]],
    ["an odd size in BT.709", "I420", { width: 853, height: 721 }, HD, 1, [853, 721]],
    ["a film as large as the video", "I420P10", { width: 1280, height: 720 }, PQ, 0.75, [1280, 720]],
  ] as const)("%s", async (_name, format, size, color, scale, [width, height]) => {
    const frame = frameOf(format, size, color);
    const track = { displayWidth: size.width, displayHeight: size.height, rotation: 0 as const };
    const screen = createScreen(track, { flip: false, scale });
    await screen.show(frame, null);
    frame.close();
    expect([screen.picture.width, screen.picture.height]).toEqual([width, height]);
    const pixels = screen.picture.getContext("2d");
    const colorAt = (x: number) => [...pixels.getImageData(x, height - 1, 1, 1).data];
    expect(Math.min(...colorAt(0))).toBeGreaterThan(250);
    expect(Math.max(...colorAt(width - 1).slice(0, 3))).toBeLessThan(5);
  });
});

test("reduced frames: one that is stored on its side is turned at the reduced size", async () => {
  const frame = frameOf("I420", FOUR_K, HD);
  const track = { displayWidth: 2160, displayHeight: 3840, rotation: 90 as const };
  const screen = createScreen(track, { flip: false, scale: 0.5 });
  await screen.show(frame, null);
  frame.close();
  const { picture } = screen;
  expect([picture.width, picture.height]).toEqual([1080, 1920]);
  const column = picture.getContext("2d").getImageData(540, 0, 1, 1920).data;
  expect([column[0], column[4 * 1919]]).toEqual([255, 0]);
});

test("reduced frames: the alpha of a film is as small as its picture", async () => {
  const [picture, alpha] = [frameOf("I420", FOUR_K, HD), frameOf("I420", FOUR_K, HD)];
  const reader = createPixelReader();
  const pixels = await reader.read(picture, 1);
  await reader.readAlpha(alpha, pixels);
  picture.close();
  alpha.close();
  const row = 4 * 1920 * 1079;
  expect([pixels.data[row + 3], pixels.data[row + 4 * 1919 + 3]]).toEqual([235, 16]);
});

test("reduced frames: a thumbnail's frame is halved, and never below what is needed", async () => {
  const room = await workRoom();
  const coding = { width: 1280, height: 720, matrix: "bt709", isSaid: true } as const;
  const path = await twoColors(room.path("large.mp4"), { coding, left: [220, 40, 50], right: [30, 190, 60] });
  const sizeAt = async (scale: number) => {
    const picture = await firstGoodFrame(path, () => scale);
    const { width, height } = await sharp(await picture?.png().toBuffer()).metadata();
    return [width, height];
  };
  expect(await sizeAt(1)).toEqual([1280, 720]);
  expect(await sizeAt(640 / 1280)).toEqual([640, 360]);
  await room.clear();
});
