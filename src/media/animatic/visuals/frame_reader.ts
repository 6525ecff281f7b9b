import { EncodedVideoChunk, VideoDecoder, type VideoDecoderConfig, type VideoFrame } from "@napi-rs/webcodecs";
import { type EncodedPacket, EncodedPacketSink, type InputVideoTrack } from "mediabunny";
import { decoderConfigOf } from "../../film/decoder_config.ts";
import type { FramePart } from "../../film/frame_pixels.ts";
import { UnusableAsset } from "../unusable.ts";

/** A sequential frame decoder of a track. */
export interface FrameReader {
  /**
   * Returns the frame at a time, in seconds of the track; it stays open until the next call. Times increase,
   * except that going back restarts at the first time. After the end the last frame stays.
   *
   * @returns null before the first frame, and if no frame can be decoded
   */
  at(seconds: number): Promise<VideoFrame | null>;
  close(): void;
}

/** The maximum of packets queued in the decoder: few, because each may become a large frame. */
const QUEUE = 3;

/**
 * Opens a track for reading in order, from the key frame before the first displayed time. The decoder is controlled
 * here and not by the media library, whose own reader fails outside of every promise on films with an alpha channel
 * (mediabunny 1.61.0, measured).
 *
 * @throws {UnusableAsset} if the codec is not supported
 */
export async function openFrames(
  track: InputVideoTrack,
  { first, part = "picture" }: { first: number; part?: FramePart },
): Promise<FrameReader> {
  const config = await decoderConfigOf(track);
  if (!config || !(await VideoDecoder.isConfigSupported(config)).supported) {
    throw new UnusableAsset(`its codec (${(await track.getCodec()) ?? "unknown"}) is not supported`);
  }
  const sink = new EncodedPacketSink(track);
  const run = startRun(sink, { config, first, part });
  let shown: VideoFrame | null = null;
  let last = Number.NEGATIVE_INFINITY;
  return {
    async at(seconds) {
      if (seconds < last) {
        await run.rewind();
      }
      last = seconds;
      for (;;) {
        const next = await run.peek();
        // Takes the first frame in any case: films may begin a little after zero.
        if (!next || (shown && run.taken > 0 && next.timestamp > seconds * 1e6 + 1)) return shown;
        shown?.close();
        shown = run.take();
      }
    },
    close() {
      run.close();
      shown?.close();
      shown = null;
    },
  };
}

interface Run {
  /** The number of frames taken. */
  readonly taken: number;
  /** Returns the next frame in order of time, or null after the last. */
  peek(): Promise<VideoFrame | null>;
  take(): VideoFrame | null;
  /** Starts over; the decoder is reused, because each new one leaves threads and their memory behind. */
  rewind(): Promise<void>;
  close(): void;
}

function startRun(
  sink: EncodedPacketSink,
  { config, first, part }: { config: VideoDecoderConfig; first: number; part: FramePart },
): Run {
  const ready: VideoFrame[] = [];
  let [ended, closed, taken] = [false, false, 0];
  let failure: unknown = null;
  let packets: AsyncGenerator<EncodedPacket, void, unknown> | null = null;
  const decoder = new VideoDecoder({
    output(frame) {
      if (closed) frame.close();
      else ready.push(frame);
    },
    error(error) {
      failure ??= error;
    },
  });
  decoder.configure(config);

  const feed = async (): Promise<void> => {
    packets ??= sink.packets((await sink.getKeyPacket(first)) ?? (await sink.getFirstKeyPacket()) ?? undefined);
    const { value: packet, done } = await packets.next();
    if (done || !packet) {
      ended = true;
      await decoder.flush();
      return;
    }
    const { type, microsecondTimestamp: timestamp, microsecondDuration: duration } = packet;
    const data = part === "alpha" ? packet.sideData.alpha : packet.data;
    if (!data) return;
    decoder.decode(new EncodedVideoChunk({ type, timestamp, duration, data }));
    while (decoder.decodeQueueSize > QUEUE && !failure) await Bun.sleep(1);
  };

  return {
    get taken() {
      return taken;
    },
    async peek() {
      while (ready.length === 0 && !ended) {
        if (failure) throw failure;
        await feed();
      }
      return ready[0] ?? null;
    },
    take() {
      taken++;
      return ready.shift() ?? null;
    },
    async rewind() {
      if (failure) throw failure;
      if (!ended) await decoder.flush();
      for (const frame of ready.splice(0)) frame.close();
      await packets?.return();
      [packets, ended, taken] = [null, false, 0];
    },
    close() {
      closed = true;
      packets?.return().catch(() => {});
      if (decoder.state !== "closed") decoder.close();
      for (const frame of ready.splice(0)) frame.close();
    },
  };
}
