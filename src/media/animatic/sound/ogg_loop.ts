import { FLACDecoder } from "@wasm-audio-decoders/flac";
import { OggVorbisDecoder } from "@wasm-audio-decoders/ogg-vorbis";
import {
  EncodedAudioPacketSource,
  EncodedPacketSink,
  type InputAudioTrack,
  OggOutputFormat,
  Output,
  StreamTarget,
  type StreamTargetChunk,
} from "mediabunny";
import { downmix, speakersOf } from "./downmix.ts";
import { loopOf, type Piece, type PieceLoop } from "./piece_loop.ts";

/**
 * Decodes Vorbis or FLAC in Ogg piece by piece, looping after the last. They have decoders of their own, because the
 * WebCodecs one does not open Vorbis at all (@napi-rs/webcodecs 1.3.1, measured), and the container library does not
 * read FLAC in Ogg.
 *
 * @param bytes reads the file, on demand
 */
export function createOggLoop(codec: "vorbis" | "flac", bytes: () => AsyncIterable<Uint8Array>): PieceLoop {
  const decoder = codec === "flac" ? new FLACDecoder() : new OggVorbisDecoder();
  const order = codec === "flac" ? "wave" : "vorbis";
  const piece = ({ channelData, sampleRate: rate }: Awaited<ReturnType<typeof decoder.decode>>): Piece => ({
    rate,
    ...downmix(channelData, speakersOf(channelData.length, order)),
  });
  return loopOf(
    async function* () {
      await decoder.ready;
      for await (const chunk of bytes()) yield piece(await decoder.decode(chunk));
      yield piece(await decoder.flush());
      await decoder.reset();
    },
    () => decoder.free(),
  );
}

/** Yields a Vorbis track of another container as an Ogg file, which is what the decoder reads. */
export async function* oggOf(track: InputAudioTrack): AsyncGenerator<Uint8Array, void> {
  const written: Uint8Array[] = [];
  const target = new StreamTarget(
    new WritableStream<StreamTargetChunk>({
      write({ data }) {
        written.push(Uint8Array.from(data));
      },
    }),
  );
  const output = new Output({ format: new OggOutputFormat(), target });
  const source = new EncodedAudioPacketSource("vorbis");
  output.addAudioTrack(source);
  await output.start();
  const decoderConfig = await track.getDecoderConfig();
  for await (const packet of new EncodedPacketSink(track).packets()) {
    await source.add(packet, decoderConfig ? { decoderConfig } : undefined);
    yield* written.splice(0);
  }
  await output.finalize();
  yield* written;
}
