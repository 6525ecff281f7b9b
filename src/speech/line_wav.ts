import { createResampler } from "../media/mod.ts";
import { SPEECH_RATE } from "./speaker.ts";

/** A WAV that cannot be read; its message is the reason. */
export class WavError extends Error {
  override readonly name = "WavError";
}

/** The longest sound of a line, in seconds. */
export const MAX_SPOKEN_SECONDS = 300;
const PCM = 1;
const FLOAT = 3;
const EXTENSIBLE = 0xfffe;
/** Data sizes from here on are placeholders of a writer that cannot seek back, such as one to a pipe. */
const UNKNOWN_SIZE = 0x7f000000;

/**
 * Reads a WAV of PCM (8, 16, 24 or 32 bits) or 32-bit float as one channel at {@linkcode SPEECH_RATE}.
 *
 * @throws {WavError} for anything else, for less data than its header announces, and for more than
 * {@linkcode MAX_SPOKEN_SECONDS}
 */
export function readWav(bytes: Uint8Array): Float32Array<ArrayBuffer> {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.length < 12 || view.toString("latin1", 0, 4) !== "RIFF" || view.toString("latin1", 8, 12) !== "WAVE") {
    throw new WavError("it is not a WAV");
  }
  let format: Format | null = null;
  for (let at = 12; at + 8 <= view.length; ) {
    const id = view.toString("latin1", at, at + 4);
    const size = view.readUInt32LE(at + 4);
    const start = at + 8;
    if (id === "fmt " && size >= 16 && start + size <= view.length) format = formatAt(view, start, size);
    if (id === "data") {
      if (!format) throw new WavError("its format is missing");
      const isOpen = size >= UNKNOWN_SIZE || size === 0;
      if (!isOpen && start + size > view.length) throw new WavError("it is cut off");
      return toSpeechRate(monoOf(view.subarray(start, isOpen ? view.length : start + size), format), format.rate);
    }
    at = start + size + (size % 2);
  }
  throw new WavError("it has no sound");
}

/** Changes the sample rate to {@linkcode SPEECH_RATE}; the length stays that of the sound. */
export function toSpeechRate(samples: Float32Array<ArrayBuffer>, rate: number): Float32Array<ArrayBuffer> {
  if (samples.length === 0) throw new WavError("it has no sound");
  if (samples.length > MAX_SPOKEN_SECONDS * rate) throw new WavError(`it is longer than ${MAX_SPOKEN_SECONDS} s`);
  if (rate === SPEECH_RATE) return samples;
  // The filter needs samples beyond the end.
  const padded = new Float32Array(samples.length + Math.ceil(rate / 10));
  padded.set(samples);
  const { left } = createResampler(rate, SPEECH_RATE).push({ rate, left: padded, right: padded });
  return left.slice(0, Math.round((samples.length * SPEECH_RATE) / rate)).map(withinOne);
}

/** Writes a line as a WAV of 16 bits. */
export function writeWav(samples: Float32Array): Uint8Array<ArrayBuffer> {
  const bytes = Buffer.alloc(44 + samples.length * 2);
  bytes.write("RIFF", 0, "latin1");
  bytes.writeUInt32LE(36 + samples.length * 2, 4);
  bytes.write("WAVEfmt ", 8, "latin1");
  bytes.writeUInt32LE(16, 16);
  bytes.writeUInt16LE(PCM, 20);
  bytes.writeUInt16LE(1, 22);
  bytes.writeUInt32LE(SPEECH_RATE, 24);
  bytes.writeUInt32LE(SPEECH_RATE * 2, 28);
  bytes.writeUInt16LE(2, 32);
  bytes.writeUInt16LE(16, 34);
  bytes.write("data", 36, "latin1");
  bytes.writeUInt32LE(samples.length * 2, 40);
  for (const [index, value] of samples.entries()) {
    bytes.writeInt16LE(Math.round(withinOne(value) * 32_767), 44 + index * 2);
  }
  return new Uint8Array(bytes);
}

interface Format {
  readonly tag: number;
  readonly channels: number;
  readonly rate: number;
  readonly bits: number;
}

function formatAt(view: Buffer, at: number, size: number): Format {
  const tag = view.readUInt16LE(at);
  const isExtensible = tag === EXTENSIBLE && size >= 26;
  const format = {
    tag: isExtensible ? view.readUInt16LE(at + 24) : tag,
    channels: view.readUInt16LE(at + 2),
    rate: view.readUInt32LE(at + 4),
    bits: view.readUInt16LE(at + 14),
  };
  const isKnown =
    (format.tag === PCM && [8, 16, 24, 32].includes(format.bits)) || (format.tag === FLOAT && format.bits === 32);
  if (!isKnown) throw new WavError("its samples are neither PCM nor 32-bit float");
  if (format.channels < 1 || format.channels > 8) throw new WavError(`it has ${format.channels} channels`);
  if (format.rate < 8_000 || format.rate > 192_000) throw new WavError(`its sample rate is ${format.rate} Hz`);
  return format;
}

function monoOf(data: Buffer, { tag, channels, bits }: Format): Float32Array<ArrayBuffer> {
  const bytes = bits / 8;
  const samples = new Float32Array(Math.floor(data.length / (bytes * channels)));
  const read = (at: number): number => {
    if (tag === FLOAT) return data.readFloatLE(at);
    return bits === 8 ? ((data[at] ?? 128) - 128) / 128 : data.readIntLE(at, bytes) / 2 ** (bits - 1);
  };
  for (let index = 0; index < samples.length; index++) {
    let sum = 0;
    for (let channel = 0; channel < channels; channel++) sum += read((index * channels + channel) * bytes);
    samples[index] = withinOne(sum / channels);
  }
  return samples;
}

function withinOne(value: number): number {
  return Number.isNaN(value) ? 0 : Math.max(-1, Math.min(1, value));
}
