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
import { ByteFile } from "../../files/byte_file.ts";
import type { Extent } from "../../film/patched_file.ts";
import { oggChain } from "../../sound/ogg.ts";
import { downmix, speakersOf } from "./downmix.ts";
import { loopOf, type Piece, type PieceLoop } from "./piece_loop.ts";

/**
 * Decodes Vorbis or FLAC in Ogg page by page, looping after the last. They have decoders of their own, because the
 * WebCodecs one does not open Vorbis at all (@napi-rs/webcodecs 1.3.1, measured), and the container library does not
 * read FLAC in Ogg.
 *
 * @param parts reads the pages of each part of a chain, on demand. A decoder decodes at once all it gets, and a
 * kilobyte of silence may be minutes long.
 */
export function createOggLoop(
  codec: "vorbis" | "flac",
  parts: () => Iterable<Iterable<Uint8Array> | AsyncIterable<Uint8Array>>,
): PieceLoop {
  const decoder = codec === "flac" ? new FLACDecoder() : new OggVorbisDecoder();
  const order = codec === "flac" ? "wave" : "vorbis";
  const piece = ({ channelData, sampleRate: rate }: Awaited<ReturnType<typeof decoder.decode>>): Piece => ({
    rate,
    ...downmix(channelData, speakersOf(channelData.length, order)),
  });
  return loopOf(
    async function* () {
      await decoder.ready;
      for (const pages of parts()) {
        for await (const page of pages) yield piece(await decoder.decode(page));
        yield piece(await decoder.flush());
        await decoder.reset();
      }
    },
    () => decoder.free(),
  );
}

/** Yields the pages of each part of an Ogg file. */
export function* pagesOfParts(path: string): Generator<Generator<Uint8Array>> {
  using file = new ByteFile(path);
  for (const part of oggChain(file)) yield readEach(file, part);
}

function* readEach(file: ByteFile, extents: readonly Extent[]): Generator<Uint8Array> {
  for (const { at, length } of extents) yield file.read(at, length);
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
