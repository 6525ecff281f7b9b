import { OggVorbisDecoder } from "@wasm-audio-decoders/ogg-vorbis";
import type { PieceLoop } from "./piece_loop.ts";

/**
 * The decoded pieces of an Ogg Vorbis file, from the start again after the last. It has a decoder of its own, because
 * the WebCodecs one does not open Vorbis at all (@napi-rs/webcodecs 1.3.1, measured). The file is read as it is needed.
 */
export function createVorbisLoop(path: string): PieceLoop {
  const decoder = new OggVorbisDecoder();
  let chunks = Bun.file(path).stream().getReader();
  return {
    async next() {
      await decoder.ready;
      for (let turn = 0; turn < 2; turn++) {
        for (;;) {
          const { value, done } = await chunks.read();
          const { channelData, sampleRate: rate } = value ? await decoder.decode(value) : await decoder.flush();
          const [left, right = left] = channelData;
          if (left && right && left.length > 0) return { rate, left, right };
          if (done) break;
        }
        await decoder.reset();
        chunks = Bun.file(path).stream().getReader();
      }
      return null;
    },
    close() {
      chunks.cancel().catch(() => {});
      decoder.free();
    },
  };
}
