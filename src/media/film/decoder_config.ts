import type { VideoDecoderConfig } from "@napi-rs/webcodecs";
import type { InputVideoTrack } from "mediabunny";

/**
 * Returns the decoder configuration of a track; null for a codec that the container library does not support.
 *
 * Its type and that of the decoders differ only in whether the description may be shared memory.
 */
export async function decoderConfigOf(track: InputVideoTrack): Promise<VideoDecoderConfig | null> {
  const config = await track.getDecoderConfig();
  if (!config) return null;
  const { description, ...rest } = config;
  return description ? { ...rest, description: copyOf(description) } : rest;
}

function copyOf(source: AllowSharedBufferSource): Uint8Array<ArrayBuffer> {
  return ArrayBuffer.isView(source)
    ? Uint8Array.from(new Uint8Array(source.buffer, source.byteOffset, source.byteLength))
    : Uint8Array.from(new Uint8Array(source));
}
