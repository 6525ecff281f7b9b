import { EncodedVideoChunk, VideoColorSpace, VideoDecoder, VideoFrame } from "@napi-rs/webcodecs";
import { type InputVideoTrack, type VideoSample, VideoSampleSink } from "mediabunny";
import sharp, { type Sharp } from "sharp";
import { openContainer } from "./readers/container.ts";

/** Where to look, as parts of the duration: many films open on black, and some stay there for a while. */
const LOOKS = [0, 0.05, 0.1, 0.25, 0.5, 0.75];

/** A frame is good when its brightness varies at least so much (standard deviation, of 255). */
const GOOD_DEVIATION = 12;

/**
 * The first good frame of a film, turned as displayed, or `null` where no frame decodes.
 *
 * Good is what is not black, white or nearly one colour; where all are, the most varied one is taken.
 */
export async function firstGoodFrame(path: string): Promise<Sharp | null> {
  provideWebCodecs();
  using input = openContainer(path);
  const track = await input.getPrimaryVideoTrack();
  if (!track || !(await track.canDecode())) return null;
  const start = await track.getFirstTimestamp();
  const length = Math.max(0, (await track.computeDuration()) - start);
  return await bestOf(track, { start, length });
}

async function bestOf(track: InputVideoTrack, span: { start: number; length: number }): Promise<Sharp | null> {
  const sink = new VideoSampleSink(track);
  let best: { picture: Sharp; deviation: number } | null = null;
  for (const part of LOOKS) {
    using sample = await sink.getSample(span.start + part * span.length);
    if (!sample) continue;
    const picture = await toPicture(sample);
    const deviation = await brightnessDeviation(picture);
    if (!best || deviation > best.deviation) best = { picture, deviation };
    if (deviation >= GOOD_DEVIATION) break;
  }
  return best?.picture ?? null;
}

async function toPicture(sample: VideoSample): Promise<Sharp> {
  const pixels = new Uint8Array(sample.allocationSize({ format: "RGBA" }));
  await sample.copyTo(pixels, { format: "RGBA" });
  const raw = { width: sample.codedWidth, height: sample.codedHeight, channels: 4 } as const;
  const sideways = sample.rotation % 180 !== 0;
  // Non-square pixels: the displayed size is that after the turn.
  const width = sideways ? sample.displayHeight : sample.displayWidth;
  const height = sideways ? sample.displayWidth : sample.displayHeight;
  const { data, info } = await sharp(pixels, { raw })
    .removeAlpha()
    .resize({ width, height, fit: "fill" })
    .raw()
    .toBuffer({ resolveWithObject: true });
  const square = { width: info.width, height: info.height, channels: info.channels };
  return sharp(data, { raw: square }).rotate(sample.rotation);
}

async function brightnessDeviation(picture: Sharp): Promise<number> {
  const small = await picture.clone().resize(64, 64, { fit: "fill" }).greyscale().raw().toBuffer();
  const mean = small.reduce((sum, value) => sum + value, 0) / small.length;
  return Math.sqrt(small.reduce((sum, value) => sum + (value - mean) ** 2, 0) / small.length);
}

/** The container library decodes with the WebCodecs classes of the global scope, which Bun has not got. */
function provideWebCodecs(): void {
  if ("VideoDecoder" in globalThis) return;
  Object.assign(globalThis, { EncodedVideoChunk, VideoColorSpace, VideoDecoder, VideoFrame });
}
