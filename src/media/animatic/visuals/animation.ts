import { type Canvas, ImageData, type SKRSContext2D } from "@napi-rs/canvas";
import sharp from "sharp";
import { pngChunks } from "../../pictures/png_chunks.ts";
import type { Size } from "../layout.ts";
import { canvasOf } from "../text/typography.ts";
import { UnusableAsset } from "../unusable.ts";
import { sampleOf } from "./calm.ts";
import type { Palette } from "./palette.ts";
import { blurred, coverBox, cutOutBox, drawStudio, fitOf, wholeBox } from "./picture.ts";
import type { Visual } from "./visual.ts";

/** The limit of decoded pixels: a second or two of work, and 256 MiB if the decoder keeps all of them. */
const DECODED_PIXELS = 64 * 1024 ** 2;
/** The limit of retained pixels, 96 MiB: a longer animation is scaled down. */
const KEPT_PIXELS = 24 * 1024 ** 2;
/** The maximum of pictures, whatever their size. */
const MOST_PICTURES = 1000;

/** Milliseconds for a picture whose own delay is too short to be intended; browsers agree on both numbers. */
const HURRIED = { upTo: 10, shown: 100 } as const;

/** The options of {@linkcode openAnimation}. */
export interface AnimationOptions {
  frame: Size;
  fps: number;
  /** Frames of the video that show it. */
  frames: number;
  palette: Palette;
  warn: (message: string) => void;
}

/**
 * Opens an animated GIF or WebP that loops. Only the visible pictures are decoded.
 *
 * @returns null for an image of one picture
 * @throws {UnusableAsset} if it is too large to play, or a PNG
 */
export async function openAnimation(path: string, options: AnimationOptions): Promise<Visual | null> {
  const { frame, fps, frames, palette, warn } = options;
  const bytes = await Bun.file(path).bytes();
  if (isAnimatedPng(bytes)) throw new UnusableAsset("animated PNG is not played, GIF and WebP are");
  const meta = await sharp(bytes, { limitInputPixels: false }).metadata();
  const size = { width: meta.width, height: meta.pageHeight ?? meta.height };
  const count = meta.pages ?? 1;
  if (count < 2 || (meta.format !== "gif" && meta.format !== "webp")) return null;
  const room = Math.min(MOST_PICTURES, Math.floor(DECODED_PIXELS / (size.width * size.height)));
  const all = schedule(meta.delay ?? [], count);
  const end = (frames * 1000) / fps;
  const wanted = all.findIndex((until) => until >= end) + 1 || count;
  if (room < 2) throw new UnusableAsset("its pictures are too large");
  if (wanted > room)
    warn(`An animation (${meta.format}) plays only its first ${room} pictures of ${count}: it is too large`);
  const until = all.slice(0, Math.min(room, wanted));
  const length = until.at(-1) ?? 1;

  const clear = meta.hasAlpha;
  const covers = !clear && fitOf(size, frame) === "cover";
  const box = clear ? cutOutBox(size, frame) : covers ? coverBox(size, frame) : wholeBox(size, frame);
  const kept = Math.sqrt(KEPT_PIXELS / (until.length * box.width * box.height));
  const scale = Math.min(1, kept, size.width / box.width);
  const [width, height] = [Math.max(1, Math.floor(box.width * scale)), Math.max(1, Math.floor(box.height * scale))];
  const input = { pages: until.length, limitInputPixels: DECODED_PIXELS, sequentialRead: true } as const;
  const { data, info } = await sharp(bytes, input)
    .resize(width, height, { fit: "fill" })
    .toColourspace("srgb")
    .ensureAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  if (info.width !== width || data.length !== width * height * 4 * until.length) {
    throw new UnusableAsset("its pictures cannot be told apart");
  }
  let pixels: Buffer | null = data;
  const shown = canvasOf({ width, height });
  let current = -1;
  const show = (index: number): void => {
    if (index === current || !pixels) return;
    current = index;
    const start = pixels.byteOffset + index * width * height * 4;
    const picture = new Uint8ClampedArray(pixels.buffer, start, width * height * 4);
    shown.getContext("2d").putImageData(new ImageData(picture, width, height), 0, 0);
  };
  show(0);
  const ground = await groundOf();
  const lay = (context: SKRSContext2D): void => {
    if (ground.canvas) context.drawImage(ground.canvas, 0, 0, frame.width, frame.height);
    context.imageSmoothingQuality = "high";
    context.drawImage(shown, box.x, box.y, box.width, box.height);
  };
  return {
    ground: ground.kind,
    samples: [sampleOf(frame, lay)],
    draw(context, at) {
      const moment = ((at * 1000) / fps) % length;
      show(until.findIndex((end) => moment < end));
      lay(context);
      return Promise.resolve();
    },
    close() {
      pixels = null;
      shown.width = 1;
      shown.height = 1;
    },
  };

  async function groundOf(): Promise<{ canvas: Canvas | null; kind: Visual["ground"] }> {
    if (covers) return { canvas: null, kind: "picture" };
    if (!clear) {
      const first = sharp(Buffer.from(data.subarray(0, width * height * 4)), { raw: { width, height, channels: 4 } });
      return { canvas: await blurred(first, frame), kind: "picture" };
    }
    const canvas = canvasOf(frame);
    return { canvas, kind: drawStudio(canvas, { cutOut: shown, box, palette }) };
  }
}

/**
 * Returns true for a PNG that declares more than one picture before its image data (third edition, section 11.3.6.1).
 */
function isAnimatedPng(bytes: Uint8Array): boolean {
  for (const { type, data } of pngChunks(bytes)) {
    if (type === "acTL" && data.length === 8) return data.readUInt32BE(0) > 1;
    if (type === "IDAT" || !/^[A-Za-z]{4}$/.test(type)) return false;
  }
  return false;
}

/** Returns the end of each picture, in milliseconds from the start. */
function schedule(delays: readonly number[], count: number): number[] {
  let end = 0;
  return Array.from({ length: count }, (_, index) => {
    const delay = delays[index] ?? 0;
    end += delay <= HURRIED.upTo ? HURRIED.shown : delay;
    return end;
  });
}
