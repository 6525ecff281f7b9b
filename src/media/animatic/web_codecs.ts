import {
  AudioData,
  AudioDecoder,
  AudioEncoder,
  EncodedAudioChunk,
  EncodedVideoChunk,
  VideoDecoder,
  VideoEncoder,
  VideoFrame,
} from "@napi-rs/webcodecs";

/**
 * Defines the WebCodecs classes of browsers as globals of this process, where the media library expects them.
 * Existing globals stay, so another call changes nothing.
 */
export function provideWebCodecs(): void {
  const classes = {
    ...{ AudioData, AudioDecoder, AudioEncoder, EncodedAudioChunk },
    ...{ EncodedVideoChunk, VideoDecoder, VideoEncoder, VideoFrame },
  };
  for (const [name, value] of Object.entries(classes)) {
    if (!(name in globalThis)) Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
  }
}
