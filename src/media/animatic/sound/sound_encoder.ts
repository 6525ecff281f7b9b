import { AudioData, AudioEncoder } from "@napi-rs/webcodecs";
import { EncodedAudioPacketSource, EncodedPacket } from "mediabunny";

/** Samples of one AAC packet. */
export const AAC_PACKET = 1024;

/** Encodes planar stereo into the packets of a track. */
export interface SoundEncoder {
  /** The track that receives the packets. */
  source: EncodedAudioPacketSource;
  /** Encodes the next samples: all of the left channel, then all of the right. */
  add(data: Float32Array): Promise<void>;
  /** Waits for the last packet. */
  finish(): Promise<void>;
  close(): void;
}

/**
 * Creates a stereo AAC-LC encoder.
 *
 * Packets are timed by counting them, and only `packets` of them are written: at its end the encoder emits one more
 * than needed, with the time of the one before (measured), which players reject as not increasing.
 *
 * @param rate samples per second, one that AAC supports
 */
export function createSoundEncoder(rate: number, packets: number): SoundEncoder {
  const source = new EncodedAudioPacketSource("aac");
  let failure: unknown = null;
  let written: Promise<void> = Promise.resolve();
  let [count, frames] = [0, 0];
  const encoder = new AudioEncoder({
    output(chunk, metadata) {
      if (count >= packets) return;
      const data = new Uint8Array(chunk.byteLength);
      chunk.copyTo(data);
      const packet = new EncodedPacket(data, "key", (count * AAC_PACKET) / rate, AAC_PACKET / rate);
      count++;
      const config = metadata?.decoderConfig;
      written = written.then(() =>
        source.add(
          packet,
          config ? { decoderConfig: { ...config, sampleRate: rate, numberOfChannels: 2 } } : undefined,
        ),
      );
      // The next `add` throws it; until then it must not count as unhandled.
      written.catch((error) => {
        failure ??= error;
      });
    },
    error(error) {
      failure ??= error;
    },
  });
  const bitrate = rate >= 32_000 ? 128_000 : 64_000;
  encoder.configure({ codec: "mp4a.40.2", sampleRate: rate, numberOfChannels: 2, bitrate });
  const check = (): void => {
    if (failure) throw failure;
  };
  return {
    source,
    async add(data) {
      check();
      const timestamp = Math.round((frames * 1e6) / rate);
      const numberOfFrames = data.length / 2;
      frames += numberOfFrames;
      const format = "f32-planar";
      const audio = new AudioData({ data, format, sampleRate: rate, numberOfChannels: 2, numberOfFrames, timestamp });
      encoder.encode(audio);
      audio.close();
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
