import type { Canvas } from "@napi-rs/canvas";
import { VideoEncoder, VideoFrame } from "@napi-rs/webcodecs";
import { EncodedPacket, EncodedVideoPacketSource } from "mediabunny";
import type { Size } from "./layout.ts";

/** Turns pictures into the packets of a track. */
export interface FrameEncoder {
  /** The track that receives the packets. */
  source: EncodedVideoPacketSource;
  /** Encodes a picture; resolves when the encoder has room for another. */
  add(canvas: Canvas, frame: number, options?: { key?: boolean }): Promise<void>;
  /** Waits for the last packet. */
  finish(): Promise<void>;
  close(): void;
}

/** The maximum of frames queued in the encoder: enough to keep its thread busy, few enough to stop at once. */
const QUEUE = 4;
/** The maximum of seconds between key frames, so that a player can seek. */
const KEY_SECONDS = 2;

/**
 * The colour space that the encoder really writes. It converts RGB by ITU-R BT.601 in limited range, whatever the
 * frame's label, and then labels the stream as RGB in full range (measured: pure white came back as 235). With this
 * label a player shows the colours that were drawn, to within two steps of 255.
 */
const COLORS = { primaries: "bt709", transfer: "bt709", matrix: "smpte170m", fullRange: false } as const;

/** Returns H.264 High at the level and bit rate (bits per second) that the size needs. */
function h264({ width, height }: Size): { codec: string; bitrate: number } {
  const short = Math.min(width, height);
  if (short > 720) return { codec: "avc1.640028", bitrate: 6_000_000 };
  return short > 480 ? { codec: "avc1.64001f", bitrate: 3_000_000 } : { codec: "avc1.64001e", bitrate: 1_600_000 };
}

/** Creates an H.264 encoder for frames of one size at a constant rate. */
export function createFrameEncoder(size: Size, fps: number): FrameEncoder {
  const source = new EncodedVideoPacketSource("avc");
  let failure: unknown = null;
  let written: Promise<void> = Promise.resolve();
  const encoder = new VideoEncoder({
    output(chunk, metadata) {
      const data = new Uint8Array(chunk.byteLength);
      chunk.copyTo(data);
      const packet = new EncodedPacket(data, chunk.type, chunk.timestamp / 1e6, 1 / fps);
      const config = metadata?.decoderConfig;
      const meta = config ? { decoderConfig: { ...config, colorSpace: COLORS } } : undefined;
      written = written.then(() => source.add(packet, meta));
      // The next `add` throws the failure; until then it must not count as unhandled.
      written.catch((error) => {
        failure ??= error;
      });
    },
    error(error) {
      failure ??= error;
    },
  });
  encoder.configure({ ...h264(size), ...size, framerate: fps, latencyMode: "quality", avc: { format: "avc" } });
  const check = (): void => {
    if (failure) throw failure;
  };
  return {
    source,
    async add(canvas, frame, options) {
      check();
      const timestamp = Math.round((frame * 1e6) / fps);
      const duration = Math.round(((frame + 1) * 1e6) / fps) - timestamp;
      const picture = new VideoFrame(canvas, { timestamp, duration });
      encoder.encode(picture, { keyFrame: options?.key === true || frame % (KEY_SECONDS * fps) === 0 });
      picture.close();
      // Native memory of frames and pixels is released only when the event loop runs.
      await turn();
      while (encoder.encodeQueueSize > QUEUE) await Bun.sleep(1);
      await written;
    },
    async finish() {
      await encoder.flush();
      await written;
      check();
    },
    close() {
      if (encoder.state !== "closed") encoder.close();
    },
  };
}

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
