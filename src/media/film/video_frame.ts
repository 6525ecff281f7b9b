import { EncodedVideoChunk, VideoDecoder, type VideoDecoderConfig, type VideoFrame } from "@napi-rs/webcodecs";
import { EncodedPacketSink, type InputVideoTrack } from "mediabunny";
import sharp, { type Sharp } from "sharp";
import { decoderConfigOf } from "./decoder_config.ts";
import { createPixelReader, type FramePart } from "./frame_pixels.ts";
import { halved, halvingsFor, visibleSize } from "./frame_planes.ts";
import { openContainer, pictureTrack } from "./open_container.ts";
import { presentationOf } from "./presentation.ts";

/** The positions to try, as parts of the duration: many films open on black, and some stay there for a while. */
const LOOKS = [0, 0.05, 0.1, 0.25, 0.5, 0.75];

/** The minimum variation of a good frame's brightness (standard deviation, of 255). */
const GOOD_DEVIATION = 12;

/** The least number of frames to decode after a key frame: some films have one key frame in minutes. */
const REACH = 60;

/** The pixels to decode after a key frame, for more than {@linkcode REACH} small frames: some seconds of work. */
const REACH_PIXELS = 400_000_000;

/** The maximum of packets queued in the decoder. */
const QUEUE = 4;

/** The pixels of decoded frames between two garbage collections, about 64 MiB. */
const COLLECT_PIXELS = 40_000_000;

/**
 * Returns the first good frame of a film, rotated and stretched as displayed, or `null` if none decodes. It may be
 * smaller than displayed, by halves, but not smaller than at the scale that is needed of a displayed size.
 *
 * A good frame is not black, white or nearly one colour; if there is none, the most varied one is used.
 */
export async function firstGoodFrame(
  path: string,
  scaleOf: (displayed: { width: number; height: number }) => number = () => 1,
): Promise<Sharp | null> {
  using container = openContainer(path);
  const track = await pictureTrack(container.input);
  const config = track && (await decoderConfigOf(track));
  if (!config || !(await VideoDecoder.isConfigSupported(config)).supported) return null;
  const presentation = await presentationOf(track, container.movie);
  const length = Math.max(0, presentation.end - presentation.start);
  const halvings = halvingsFor(scaleOf({ width: track.displayWidth, height: track.displayHeight }));
  let best: { picture: Sharp; deviation: number } | null = null;
  for (const part of LOOKS) {
    const time = presentation.mediaTime(part * length);
    const picture = await pictureAt(track, { config, time, first: presentation.first, halvings });
    if (!picture) continue;
    const deviation = await brightnessDeviation(picture);
    if (!best || deviation > best.deviation) best = { picture, deviation };
    if (deviation >= GOOD_DEVIATION) break;
  }
  return best?.picture ?? null;
}

interface Look {
  readonly config: VideoDecoderConfig;
  readonly time: number;
  /** The earliest time of the track that is not cut away. */
  readonly first: number;
}

async function pictureAt(track: InputVideoTrack, look: Look & { halvings: number }): Promise<Sharp | null> {
  const frame = await frameAt(track, { ...look, part: "picture" });
  const alpha = frame && (await frameAt(track, { ...look, part: "alpha" }));
  try {
    return frame && (await toPicture(track, { frame, alpha, halvings: look.halvings }));
  } finally {
    frame?.close();
    alpha?.close();
  }
}

/** Returns the last frame up to a time of the track that decodes, but none that is cut away at the beginning. */
async function frameAt(
  track: InputVideoTrack,
  { config, time, first, part }: Look & { part: FramePart },
): Promise<VideoFrame | null> {
  let shown: VideoFrame | null = null;
  let [failed, passed] = [false, false];
  let pixels = 0;
  const latest = time * 1e6 + 1;
  const decoder = new VideoDecoder({
    output: (frame) => {
      passed ||= frame.timestamp > latest;
      const isLater = !shown || (frame.timestamp <= latest && frame.timestamp >= shown.timestamp);
      const unused = isLater ? shown : frame;
      if (isLater) shown = frame;
      unused?.close();
    },
    error: () => {
      failed = true;
    },
  });
  try {
    decoder.configure(config);
    const packets = new EncodedPacketSink(track);
    const reach = Math.max(REACH, Math.floor(REACH_PIXELS / (track.codedWidth * track.codedHeight)));
    let packet = await packets.getKeyPacket(time, { verifyKeyPackets: true });
    packet ??= await packets.getFirstKeyPacket({ verifyKeyPackets: true });
    for (let fed = 0; packet && !failed && !passed && fed < reach; fed += 1) {
      const { type, microsecondTimestamp: timestamp, microsecondDuration: duration } = packet;
      const data = part === "alpha" ? packet.sideData.alpha : packet.data;
      if (!data) break;
      decoder.decode(new EncodedVideoChunk({ type, timestamp, duration, data }));
      while (decoder.decodeQueueSize > QUEUE && !failed) await Bun.sleep(1);
      packet = await packets.getNextPacket(packet);
      // Measured: a closed frame keeps its memory until its JavaScript object is collected.
      pixels += track.codedWidth * track.codedHeight;
      if (pixels > COLLECT_PIXELS) {
        Bun.gc(true);
        pixels = 0;
      }
    }
    if (!failed) await decoder.flush();
    if (isShown(shown, first)) return shown;
    closeFrame(shown);
    return null;
  } catch (error) {
    closeFrame(shown);
    throw error;
  } finally {
    if (decoder.state !== "closed") decoder.close();
  }
}

/** Returns true if a frame was not cut away; films without an edit list begin with their first frame. */
function isShown(frame: VideoFrame | null, first: number): frame is VideoFrame {
  if (!frame) return false;
  const { timestamp, duration } = frame;
  return timestamp >= first * 1e6 - 1 || timestamp + (duration ?? 0) > first * 1e6 + 1;
}

function closeFrame(frame: VideoFrame | null): void {
  frame?.close();
}

/** Converts stored pixels to a picture: stretched if they are not square, then rotated, then mirrored. */
async function toPicture(
  track: InputVideoTrack,
  { frame, alpha, halvings }: { frame: VideoFrame; alpha: VideoFrame | null; halvings: number },
): Promise<Sharp> {
  const reader = createPixelReader();
  const pixels = await reader.read(frame, halvings);
  if (alpha) await reader.readAlpha(alpha, pixels);
  const { width, height } = pixels;
  const wasHalved = width === visibleSize(frame).width ? 0 : halvings;
  const sideways = track.rotation % 180 !== 0;
  const stored = sharp(pixels.data, { raw: { width, height, channels: 4 } });
  const { data, info } = await (alpha ? stored : stored.removeAlpha())
    .resize({
      width: halved(sideways ? track.displayHeight : track.displayWidth, wasHalved),
      height: halved(sideways ? track.displayWidth : track.displayHeight, wasHalved),
      fit: "fill",
    })
    .raw()
    .toBuffer({ resolveWithObject: true });
  const { channels } = info;
  const picture = sharp(data, { raw: { width: info.width, height: info.height, channels } });
  // The image library mirrors before it rotates: rotating the other way has the same effect.
  return (await track.getFlip()) ? picture.flop().rotate(-track.rotation) : picture.rotate(track.rotation);
}

/** Returns true unless a picture is black, white or nearly one colour, as at the start of many films. */
export async function isGoodFrame(picture: Sharp): Promise<boolean> {
  return (await brightnessDeviation(picture)) >= GOOD_DEVIATION;
}

async function brightnessDeviation(picture: Sharp): Promise<number> {
  const small = await picture.clone().resize(64, 64, { fit: "fill" }).greyscale().raw().toBuffer();
  const mean = small.reduce((sum, value) => sum + value, 0) / small.length;
  return Math.sqrt(small.reduce((sum, value) => sum + (value - mean) ** 2, 0) / small.length);
}
