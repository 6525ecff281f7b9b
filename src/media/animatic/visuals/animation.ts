import { type Canvas, ImageData, type SKRSContext2D } from "@napi-rs/canvas";
import sharp from "sharp";
import { apngFrames, framePngs } from "../../pictures/apng.ts";
import { pngChunks } from "../../pictures/png_chunks.ts";
import type { Box, Size } from "../layout.ts";
import { canvasOf } from "../text/typography.ts";
import { UnusableAsset } from "../unusable.ts";
import { sampleOf } from "./calm.ts";
import type { Palette } from "./palette.ts";
import { blurred, coverBox, cutOutBox, drawStudio, fitOf, pixels, wholeBox } from "./picture.ts";
import type { Point } from "./subject.ts";
import type { Footage, Visual } from "./visual.ts";

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
  /** The sizes of all outputs, of which the largest decides how large it is decoded. */
  sizes: readonly Size[];
  fps: number;
  /** Frames of the video that show it. */
  frames: number;
  /** The position of its subject, where a person set it. */
  focus?: Point | undefined;
  warn: (message: string) => void;
}

/**
 * Opens an animated GIF, WebP or PNG that loops. Only the visible pictures are decoded.
 *
 * @returns null for an image of one picture
 * @throws {UnusableAsset} if it is too large to play
 */
export async function openAnimation(path: string, options: AnimationOptions): Promise<Footage | null> {
  const { sizes, fps, frames, focus, warn } = options;
  const source = await openSource(await Bun.file(path).bytes());
  if (!source) return null;
  const { size, delays, clear } = source;
  const count = delays.length;
  const room = Math.min(MOST_PICTURES, Math.floor(DECODED_PIXELS / (size.width * size.height)));
  const all = schedule(delays);
  const end = (frames * 1000) / fps;
  const wanted = all.findIndex((until) => until >= end) + 1 || count;
  if (room < 2) throw new UnusableAsset("its pictures are too large");
  if (wanted > room)
    warn(`An animation (${source.format}) plays only its first ${room} pictures of ${count}: it is too large`);
  const until = all.slice(0, Math.min(room, wanted));
  const length = until.at(-1) ?? 1;

  const boxOf = (frame: Size, area: Box = { x: 0, y: 0, ...frame }): Box => {
    if (clear) return cutOutBox(size, area);
    return fitOf(size, frame) === "cover" ? coverBox(size, frame, focus) : wholeBox(size, frame);
  };
  const box = sizes.map((frame) => boxOf(frame)).reduce((a, b) => (b.width > a.width ? b : a));
  const kept = Math.sqrt(KEPT_PIXELS / (until.length * box.width * box.height));
  const scale = Math.min(1, kept, size.width / box.width);
  const [width, height] = [Math.max(1, Math.floor(box.width * scale)), Math.max(1, Math.floor(box.height * scale))];
  const data = await source.decode(until.length, { width, height });
  let decoded: Buffer | null = data;
  const shown = canvasOf({ width, height });
  let current = -1;
  const show = (index: number): void => {
    if (index === current || !decoded) return;
    current = index;
    const start = decoded.byteOffset + index * width * height * 4;
    const picture = new Uint8ClampedArray(decoded.buffer, start, width * height * 4);
    shown.getContext("2d").putImageData(new ImageData(picture, width, height), 0, 0);
  };
  show(0);
  const groundOf = async (
    frame: Size,
    { box, palette }: { box: Box; palette: Palette },
  ): Promise<{ canvas: Canvas | null; kind: Visual["ground"] }> => {
    if (clear) {
      const canvas = canvasOf(frame);
      return { canvas, kind: drawStudio(canvas, { cutOut: shown, box, palette }) };
    }
    if (fitOf(size, frame) === "cover") return { canvas: null, kind: "picture" };
    const first = sharp(Buffer.from(data.subarray(0, width * height * 4)), { raw: { width, height, channels: 4 } });
    return { canvas: await blurred(first, frame), kind: "picture" };
  };
  return {
    size,
    isCutOut: clear,
    fills: (frame) => clear || fitOf(size, frame) === "cover",
    async visual({ frame, palette, area }) {
      const box = boxOf(frame, area);
      const ground = await groundOf(frame, { box, palette });
      const lay = (context: SKRSContext2D): void => {
        if (ground.canvas) context.drawImage(ground.canvas, 0, 0, frame.width, frame.height);
        context.imageSmoothingQuality = "high";
        context.drawImage(shown, box.x, box.y, box.width, box.height);
      };
      return {
        ground: ground.kind,
        samples: [{ canvas: sampleOf(frame, lay) }],
        draw(context, at) {
          const moment = ((at * 1000) / fps) % length;
          show(until.findIndex((end) => moment < end));
          lay(context);
          return Promise.resolve();
        },
        close() {},
      };
    },
    close() {
      decoded = null;
      shown.width = 1;
      shown.height = 1;
    },
  };
}

/** An animation that is not decoded yet. */
interface Source {
  readonly format: string;
  readonly size: Size;
  /** Milliseconds of each picture. */
  readonly delays: readonly number[];
  /** True if it may have clear parts. */
  readonly clear: boolean;
  /** Decodes its first pictures, scaled to a size: RGBA, one after the other. */
  decode(count: number, size: Size): Promise<Buffer>;
}

async function openSource(bytes: Uint8Array): Promise<Source | null> {
  const meta = await sharp(bytes, { limitInputPixels: false }).metadata();
  const { format, hasAlpha: clear, width, height } = meta;
  if (format === "png") {
    const delays = Array.from(apngFrames(pngChunks(bytes)), ({ delay }) => delay);
    const size = { width, height };
    if (delays.length < 2) return null;
    return { format, size, delays, clear, decode: (count, to) => decodePng(bytes, { count, from: size, to }) };
  }
  const { pages = 1, pageHeight = height, delay = [] } = meta;
  if (pages < 2 || (format !== "gif" && format !== "webp")) return null;
  const delays = Array.from({ length: pages }, (_, index) => delay[index] ?? 0);
  return {
    format,
    size: { width, height: pageHeight },
    delays,
    clear,
    decode: (...args) => decodePages(bytes, ...args),
  };
}

async function decodePages(bytes: Uint8Array, pages: number, { width, height }: Size): Promise<Buffer> {
  const { data, info } = await sharp(bytes, { pages, limitInputPixels: DECODED_PIXELS, sequentialRead: true })
    .resize(width, height, { fit: "fill" })
    .toColourspace("srgb")
    .ensureAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  if (info.width !== width || data.length !== width * height * 4 * pages) {
    throw new UnusableAsset("its pictures cannot be told apart");
  }
  return data;
}

/** Decodes an animated PNG, whose frames are parts that are drawn over each other (third edition, section 11.3.6.2). */
async function decodePng(
  bytes: Uint8Array,
  { count, from, to }: { count: number; from: Size; to: Size },
): Promise<Buffer> {
  const pictureBytes = to.width * to.height * 4;
  const data = Buffer.alloc(count * pictureBytes);
  const [screen, scaled] = [canvasOf(from).getContext("2d"), canvasOf(to).getContext("2d")];
  scaled.imageSmoothingQuality = "high";
  const pngOf = framePngs(bytes);
  let index = 0;
  for (const frame of apngFrames(pngChunks(bytes))) {
    const { left, top, width, height, dispose } = frame;
    const before = dispose === "previous" ? screen.getImageData(left, top, width, height) : null;
    if (!frame.isOver) screen.clearRect(left, top, width, height);
    screen.drawImage(
      await pixels(sharp(pngOf(frame), { limitInputPixels: DECODED_PIXELS, failOn: "error" })),
      left,
      top,
    );
    scaled.clearRect(0, 0, to.width, to.height);
    scaled.drawImage(screen.canvas, 0, 0, to.width, to.height);
    data.set(scaled.getImageData(0, 0, to.width, to.height).data, index * pictureBytes);
    if (dispose === "background") screen.clearRect(left, top, width, height);
    if (before) screen.putImageData(before, left, top);
    index += 1;
    if (index === count) break;
  }
  return data;
}

/** Returns the end of each picture, in milliseconds from the start. */
function schedule(delays: readonly number[]): number[] {
  let end = 0;
  return delays.map((delay) => {
    end += delay <= HURRIED.upTo ? HURRIED.shown : delay;
    return end;
  });
}
