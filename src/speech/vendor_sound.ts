import { vendorError } from "./call_vendor.ts";
import { readWav, toSpeechRate, WavError } from "./line_wav.ts";

/**
 * Reads a vendor's sound: a WAV, or raw 16-bit samples of this rate.
 *
 * @throws {AppError} `source_error`
 */
export function vendorSound(bytes: Uint8Array, rawRate: number | null = null): Float32Array<ArrayBuffer> {
  try {
    if (rawRate === null) return readWav(bytes);
    const data = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const samples = Float32Array.from(
      { length: data.length >> 1 },
      (_, index) => data.readInt16LE(index * 2) / 2 ** 15,
    );
    return toSpeechRate(samples, rawRate);
  } catch (error) {
    if (error instanceof WavError) throw vendorError(`the sound cannot be used: ${error.message}`);
    throw error;
  }
}
