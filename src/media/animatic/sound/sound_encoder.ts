import { AudioData, AudioEncoder } from "@napi-rs/webcodecs";
import { EncodedAudioPacketSource, EncodedPacket } from "mediabunny";
import { SOUND_RATE } from "./sound_spec.ts";

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

/** Bits per second: high enough for the decoded sound to keep the true peak of the mix within some tenths of a dB. */
const BIT_RATE = 192_000;

/**
 * Creates a stereo AAC-LC encoder for the rate of the mix.
 *
 * Packets are timed by counting them. The first one is dropped: it holds the 1,024 samples of silence by which the
 * encoder delays the sound (measured), so that what is left is decoded at its own time without an edit list.
 *
 * @param packets the number of packets to write
 */
export function createSoundEncoder(packets: number): SoundEncoder {
  const source = new EncodedAudioPacketSource("aac");
  let failure: unknown = null;
  let written: Promise<void> = Promise.resolve();
  let [count, frames] = [0, 0];
  let described: Parameters<typeof source.add>[1];
  const encoder = new AudioEncoder({
    output(chunk, metadata) {
      const config = metadata?.decoderConfig;
      if (config) described = { decoderConfig: { ...config, sampleRate: SOUND_RATE, numberOfChannels: 2 } };
      const index = count++ - 1;
      if (index < 0 || index >= packets) return;
      const data = new Uint8Array(chunk.byteLength);
      chunk.copyTo(data);
      const packet = new EncodedPacket(data, "key", (index * AAC_PACKET) / SOUND_RATE, AAC_PACKET / SOUND_RATE);
      written = written.then(() => source.add(packet, index === 0 ? described : undefined));
      // The next `add` throws it; until then it must not count as unhandled.
      written.catch((error) => {
        failure ??= error;
      });
    },
    error(error) {
      failure ??= error;
    },
  });
  encoder.configure({ codec: "mp4a.40.2", sampleRate: SOUND_RATE, numberOfChannels: 2, bitrate: BIT_RATE });
  const check = (): void => {
    if (failure) throw failure;
  };
  return {
    source,
    async add(data) {
      check();
      const timestamp = Math.round((frames * 1e6) / SOUND_RATE);
      const numberOfFrames = data.length / 2;
      frames += numberOfFrames;
      const format = { format: "f32-planar", sampleRate: SOUND_RATE, numberOfChannels: 2 } as const;
      const audio = new AudioData({ ...format, data, numberOfFrames, timestamp });
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
