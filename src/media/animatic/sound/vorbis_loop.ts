import { OggVorbisDecoder } from "@wasm-audio-decoders/ogg-vorbis";
import { downmix, speakersOf } from "./downmix.ts";
import type { PieceLoop } from "./piece_loop.ts";

/**
 * Decodes an Ogg Vorbis file piece by piece, looping after the last. It has a decoder of its own, because
 * the WebCodecs one does not open Vorbis at all (@napi-rs/webcodecs 1.3.1, measured). The file is read on demand.
 */
export function createVorbisLoop(path: string): PieceLoop {
  const decoder = new OggVorbisDecoder();
  let chunks = Bun.file(path).stream().getReader();
  return {
    async next() {
      await decoder.ready;
      for (;;) {
        const { value, done } = await chunks.read();
        const { channelData, sampleRate: rate } = value ? await decoder.decode(value) : await decoder.flush();
        const [first] = channelData;
        if (first && first.length > 0)
          return { rate, ...downmix(channelData, speakersOf(channelData.length, "vorbis")) };
        if (done) break;
      }
      await decoder.reset();
      chunks = Bun.file(path).stream().getReader();
      return null;
    },
    close() {
      chunks.cancel().catch(() => {});
      decoder.free();
    },
  };
}
