import { FLACDecoder } from "@wasm-audio-decoders/flac";
import { type AudioSample, AudioSampleSink, EncodedPacketSink, type InputAudioTrack } from "mediabunny";
import { OpusDecoder } from "opus-decoder";
import type { Stretch } from "../../film/presentation.ts";
import { downmix, type Speaker, speakersOf } from "./downmix.ts";
import type { Piece } from "./piece_loop.ts";

/** A piece with its time in the track, in seconds. */
interface TimedPiece extends Piece {
  readonly time: number;
}

/** A decoder of packets whose result is ready at once. */
interface PacketDecoder {
  readonly ready: Promise<void>;
  decodeFrames(packets: Uint8Array[]): Decoded | Promise<Decoded>;
  free(): void;
}
type Decoded = {
  readonly channelData: Float32Array[];
  readonly sampleRate: number;
  readonly errors: readonly unknown[];
};

/** Decodes the parts of a track that are played, one after the other; without edits, all of it. */
export async function* decodeTrack(track: InputAudioTrack, stretches: readonly Stretch[]): AsyncGenerator<Piece, void> {
  if (stretches.length === 0) yield* decodeFrom(track);
  let rate = track.sampleRate;
  for (const { from, length, rate: speed } of stretches) {
    if (speed === 0) {
      // An empty edit delays the sound.
      for (let left = Math.round(length * rate); left > 0; left -= rate) yield silence(rate, Math.min(left, rate));
      continue;
    }
    for await (const { time, ...piece } of decodeFrom(track, { from, to: from + length })) {
      rate = piece.rate;
      const start = Math.max(0, Math.round((from - time) * rate));
      const end = Math.max(start, Math.round((from + length - time) * rate));
      yield { rate, left: piece.left.subarray(start, end), right: piece.right.subarray(start, end) };
    }
  }
}

function silence(rate: number, frames: number): Piece {
  return { rate, left: new Float32Array(frames), right: new Float32Array(frames) };
}

interface Range {
  readonly from: number;
  readonly to: number;
}

/**
 * Decodes a track. FLAC and Opus of several channels have decoders of their own, because those of WebCodecs return
 * noise for FLAC of 24 bits, and do not open such Opus (@napi-rs/webcodecs 1.3.1, measured).
 */
async function* decodeFrom(track: InputAudioTrack, range?: Range): AsyncGenerator<TimedPiece, void> {
  const decoder = await packetDecoder(track);
  if (decoder) return yield* decodePackets(track, decoder, range);
  const speakers = speakersOf(track.numberOfChannels, track.codec === "aac" ? "aac" : "wave");
  for await (const sample of new AudioSampleSink(track).samples(range?.from, range?.to)) {
    const time = sample.timestamp;
    const piece = { time, rate: sample.sampleRate, ...downmix(planesOf(sample), speakers) };
    sample.close();
    yield piece;
  }
}

function planesOf(sample: AudioSample): Float32Array[] {
  return Array.from({ length: sample.numberOfChannels }, (_, planeIndex) => {
    const data = new Float32Array(sample.numberOfFrames);
    sample.copyTo(data, { planeIndex, format: "f32-planar" });
    return data;
  });
}

async function* decodePackets(
  track: InputAudioTrack,
  { decoder, speakers }: { decoder: PacketDecoder; speakers: readonly Speaker[] },
  range: Range = { from: Number.NEGATIVE_INFINITY, to: Number.POSITIVE_INFINITY },
): AsyncGenerator<TimedPiece, void> {
  try {
    await decoder.ready;
    const sink = new EncodedPacketSink(track);
    const start = Number.isFinite(range.from) ? await sink.getPacket(range.from) : await sink.getFirstPacket();
    for await (const packet of sink.packets(start ?? undefined)) {
      if (packet.timestamp >= range.to) break;
      const { channelData, sampleRate, errors } = await decoder.decodeFrames([packet.data]);
      if (errors.length > 0) throw new TypeError("Cannot decode a packet");
      yield { time: packet.timestamp, rate: sampleRate, ...downmix(channelData, speakers) };
    }
  } finally {
    decoder.free();
  }
}

async function packetDecoder(
  track: InputAudioTrack,
): Promise<{ decoder: PacketDecoder; speakers: readonly Speaker[] } | null> {
  const { codec, numberOfChannels: channels } = track;
  if (codec === "flac") return { decoder: new FLACDecoder(), speakers: speakersOf(channels, "wave") };
  if (codec !== "opus" || channels <= 2) return null;
  const header = bytesOf((await track.getDecoderConfig())?.description);
  // The identification header of Opus (RFC 7845, section 5.1).
  if (!header || header.length < 21 + channels) return null;
  const [streamCount = 1, coupledStreamCount = 0] = header.subarray(19);
  const decoder = new OpusDecoder({
    ...{ channels, streamCount, coupledStreamCount },
    channelMappingTable: [...header.subarray(21, 21 + channels)],
    preSkip: header.readUInt16LE(10),
  });
  // Its channels are in the order of Vorbis (section 5.1.1.2).
  return { decoder, speakers: speakersOf(channels, "vorbis") };
}

function bytesOf(source: AllowSharedBufferSource | undefined): Buffer | null {
  if (source === undefined) return null;
  return ArrayBuffer.isView(source)
    ? Buffer.from(source.buffer, source.byteOffset, source.byteLength)
    : Buffer.from(source);
}
