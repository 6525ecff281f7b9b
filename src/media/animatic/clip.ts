import { type Canvas, ImageData } from "@napi-rs/canvas";
import { FilePathSource, Input, MATROSKA, MP4, QTFF, type VideoSample, VideoSampleSink, WEBM } from "mediabunny";
import sharp, { type Sharp } from "sharp";
import type { Box, Size } from "./layout.ts";
import { blurred, fitOf, wholeBox } from "./picture.ts";
import { canvasOf } from "./typography.ts";
import { UnusableAsset } from "./unusable.ts";
import type { Visual } from "./visual.ts";

/** How a clip is to be played. */
export interface ClipOptions {
  frame: Size;
  /** Frames in which it is seen; a shorter clip starts again, a longer one is trimmed. */
  frames: number;
  fps: number;
  /** Called once if the clip stops in the middle because it cannot be decoded further; its last picture then stays. */
  onBroken: (reason: unknown) => void;
}

/**
 * A video asset that plays. Its first picture is decoded before this resolves.
 *
 * @throws where the container, the codec or the first picture cannot be read
 */
export async function openClip(path: string, options: ClipOptions): Promise<Visual> {
  const input = new Input({ source: new FilePathSource(path), formats: [MP4, QTFF, WEBM, MATROSKA] });
  try {
    const track = await input.getPrimaryVideoTrack();
    if (!track) throw new UnusableAsset("it has no picture");
    if (!(await track.canDecode()))
      throw new UnusableAsset(`its codec (${(await track.getCodec()) ?? "unknown"}) is not supported`);
    const first = await track.getFirstTimestamp();
    const length = Math.max(1 / options.fps, (await track.computeDuration()) - first);
    const samples = new VideoSampleSink(track).samplesAtTimestamps(moments(first, length, options));
    const screen = await createScreen(samples, options);
    return {
      ground: "picture",
      async draw(context, frame) {
        await screen.show(frame);
        const { backdrop, picture, box } = screen;
        if (backdrop) context.drawImage(backdrop, 0, 0, context.canvas.width, context.canvas.height);
        context.drawImage(picture, box.x, box.y, box.width, box.height);
      },
      close() {
        samples.return().catch(() => {});
        input.dispose();
      },
    };
  } catch (error) {
    input.dispose();
    throw error;
  }
}

function* moments(first: number, length: number, { frames, fps }: ClipOptions): Generator<number> {
  for (let i = 0; i < frames; i++) yield first + ((i / fps) % length);
}

interface Screen {
  picture: Canvas;
  backdrop: Canvas | null;
  box: Box;
  show(frame: number): Promise<void>;
}

async function createScreen(
  samples: AsyncGenerator<VideoSample | null, void, unknown>,
  { frame: size, onBroken }: ClipOptions,
): Promise<Screen> {
  let [shown, stamp, ended] = [-1, Number.NaN, false];
  let buffer = new Uint8Array(0);
  let raw = canvasOf({ width: 1, height: 1 });
  let picture = raw;

  const advance = async (): Promise<void> => {
    const { value: sample, done } = await samples.next();
    shown++;
    if (done) ended = true;
    if (!sample) return;
    try {
      if (sample.timestamp === stamp) return;
      stamp = sample.timestamp;
      const bytes = sample.allocationSize({ format: "RGBA" });
      if (buffer.length !== bytes) buffer = new Uint8Array(bytes);
      await sample.copyTo(buffer, { format: "RGBA" });
      const { width, height } = sample.visibleRect;
      if (raw.width !== width || raw.height !== height) raw = canvasOf({ width, height });
      raw.getContext("2d").putImageData(new ImageData(new Uint8ClampedArray(buffer.buffer), width, height), 0, 0);
      picture = upright(raw, sample, picture);
    } finally {
      sample.close();
    }
  };

  await advance();
  if (Number.isNaN(stamp)) throw new UnusableAsset("it has no picture that can be decoded");
  const fit = fitOf(picture, size);
  return {
    get picture() {
      return picture;
    },
    backdrop: fit === "cover" ? null : await blurred(asSharp(picture), size),
    box: fit === "cover" ? coverBox(picture, size) : wholeBox(picture, size),
    async show(frame) {
      while (shown < frame && !ended) {
        try {
          await advance();
        } catch (error) {
          ended = true;
          onBroken(error);
        }
      }
    },
  };
}

/** The picture as it is meant to be seen: turned as the file says, and with square pixels. */
function upright(raw: Canvas, sample: VideoSample, last: Canvas): Canvas {
  const { displayWidth: width, displayHeight: height, rotation } = sample;
  if (rotation === 0 && raw.width === width && raw.height === height) return raw;
  const canvas = last !== raw && last.width === width && last.height === height ? last : canvasOf({ width, height });
  const context = canvas.getContext("2d");
  const [w, h] = rotation % 180 === 0 ? [width, height] : [height, width];
  context.save();
  context.translate(width / 2, height / 2);
  context.rotate((rotation * Math.PI) / 180);
  context.drawImage(raw, -w / 2, -h / 2, w, h);
  context.restore();
  return canvas;
}

function coverBox(picture: Size, frame: Size): Box {
  const scale = Math.max(frame.width / picture.width, frame.height / picture.height);
  const [width, height] = [picture.width * scale, picture.height * scale];
  return { x: (frame.width - width) / 2, y: (frame.height - height) / 2, width, height };
}

function asSharp(picture: Canvas): Sharp {
  return sharp(picture.data(), { raw: { width: picture.width, height: picture.height, channels: 4 } });
}
