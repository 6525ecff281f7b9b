import { AudioSampleSink, FilePathSource, Input, MP4, VideoSampleSink } from "mediabunny";
import type { Rgb } from "../../../src/media/animatic/visuals/palette.ts";
import { provideWebCodecs } from "../../../src/media/animatic/web_codecs.ts";

/** One decoded frame of a film. */
export interface Frame {
  width: number;
  height: number;
  /** The mean colour of a small patch; x and y as fractions of the frame. */
  colorAt(x: number, y: number): Rgb;
  /** Mean brightness of a part of the frame, 0 to 255. */
  brightness(part?: { top: number; bottom: number }): number;
  /** RGBA. */
  pixels: Uint8Array;
}

/** A film as a player sees it. */
export interface Film {
  frames: number;
  width: number;
  height: number;
  /** Seconds. */
  duration: number;
  /** True when each frame starts as 24 frames a second demand. */
  steady: boolean;
  frame(index: number): Promise<Frame>;
  /** Loudness (root mean square, 0 to 1) between two moments in seconds; null where there is no sound track. */
  loudness(from: number, to: number): Promise<number | null>;
  close(): void;
}

/** Opens and counts a film. */
export async function watch(path: string): Promise<Film> {
  provideWebCodecs();
  const input = new Input({ source: new FilePathSource(path), formats: [MP4] });
  const track = await input.getPrimaryVideoTrack();
  if (!track) throw new Error("no picture");
  const sink = new VideoSampleSink(track);
  let [frames, steady, width, height] = [0, true, 0, 0];
  for await (const sample of sink.samples()) {
    if (Math.abs(sample.timestamp - frames / 24) > 0.001) steady = false;
    [width, height] = [sample.displayWidth, sample.displayHeight];
    frames++;
    sample.close();
  }
  return {
    ...{ frames, steady, width, height },
    duration: await input.computeDuration(),
    async frame(index) {
      const sample = await sink.getSample((index + 0.5) / 24);
      if (!sample) throw new Error(`no frame ${index}`);
      const pixels = new Uint8Array(sample.allocationSize({ format: "RGBA" }));
      await sample.copyTo(pixels, { format: "RGBA" });
      sample.close();
      return frameOf(pixels, width, height);
    },
    async loudness(from, to) {
      const audio = await input.getPrimaryAudioTrack();
      if (!audio) return null;
      let [sum, count] = [0, 0];
      for await (const sample of new AudioSampleSink(audio).samples(from, to)) {
        const data = new Float32Array(sample.numberOfFrames);
        sample.copyTo(data, { planeIndex: 0, format: "f32-planar" });
        sum += data.reduce((total, value) => total + value * value, 0);
        count += data.length;
        sample.close();
      }
      return Math.sqrt(sum / Math.max(1, count));
    },
    close: () => input.dispose(),
  };
}

/** The largest difference of two colours in any channel. */
export function colorDistance(a: Rgb, b: Rgb): number {
  return Math.max(Math.abs(a[0] - b[0]), Math.abs(a[1] - b[1]), Math.abs(a[2] - b[2]));
}

/** Mean absolute difference of two frames, 0 to 255; a part is given as fractions of the height. */
export function difference(a: Frame, b: Frame, part = { top: 0, bottom: 1 }): number {
  const [from, to] = [Math.floor(part.top * a.height), Math.floor(part.bottom * a.height)];
  let [sum, count] = [0, 0];
  for (let i = from * a.width * 4; i < to * a.width * 4; i += 4) {
    sum += Math.abs((a.pixels[i + 1] ?? 0) - (b.pixels[i + 1] ?? 0));
    count++;
  }
  return sum / count;
}

function frameOf(pixels: Uint8Array, width: number, height: number): Frame {
  return {
    ...{ pixels, width, height },
    colorAt(x, y) {
      const sum = [0, 0, 0];
      const [left, top] = [Math.floor(x * width) - 4, Math.floor(y * height) - 4];
      for (let row = top; row < top + 8; row++) {
        for (let column = left; column < left + 8; column++) {
          for (const channel of [0, 1, 2]) {
            sum[channel] = (sum[channel] ?? 0) + (pixels[(row * width + column) * 4 + channel] ?? 0) / 64;
          }
        }
      }
      return [sum[0] ?? 0, sum[1] ?? 0, sum[2] ?? 0];
    },
    brightness(part = { top: 0, bottom: 1 }) {
      const [from, to] = [Math.floor(part.top * height) * width * 4, Math.floor(part.bottom * height) * width * 4];
      let [sum, count] = [0, 0];
      for (let i = from; i < to; i += 4) {
        sum += ((pixels[i] ?? 0) + (pixels[i + 1] ?? 0) + (pixels[i + 2] ?? 0)) / 3;
        count++;
      }
      return sum / count;
    },
  };
}
