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
 * Gives this process the WebCodecs classes that a browser has as globals: the media library looks for them there.
 * What is there already stays, so calling it again changes nothing.
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
