import { type MediaFacts, mediaFacts, seconds } from "../facts.ts";
import { ByteFile } from "../files/byte_file.ts";
import { unreadable } from "../media_errors.ts";
import { type AudioFrame, afterId3, countFrames, type FrameCount, findFrames } from "./audio_frames.ts";

const WHAT = "MP3 audio file";

/** Layers by the bits of the header (ISO 11172-3, 2.4.2.3). */
const LAYERS = [null, 3, 2, 1] as const;
/** Bit rates in kbit/s by version and layer, by the index of the header. */
const BIT_RATES = {
  "1-1": [0, 32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448],
  "1-2": [0, 32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384],
  "1-3": [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320],
  "2-1": [0, 32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256],
  "2-2": [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
  "2-3": [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
} as const;
const SAMPLE_RATES = [44_100, 48_000, 32_000] as const;

/** Reads the header of an MPEG audio frame of any version and layer. */
export function readMpegFrame([sync = 0, a = 0, b = 0, c = 0]: Uint8Array): AudioFrame | null {
  if (sync !== 0xff || (a & 0xe0) !== 0xe0) return null;
  const version = (a >> 3) & 3;
  const layer = LAYERS[(a >> 1) & 3] ?? null;
  const base = SAMPLE_RATES[(b >> 2) & 3];
  if (version === 1 || layer === null || base === undefined) return null;
  // 3 is MPEG 1, 2 is MPEG 2, 0 is MPEG 2.5.
  const rate = version === 3 ? base : version === 2 ? base / 2 : base / 4;
  const bitRate = BIT_RATES[`${version === 3 ? 1 : 2}-${layer}`][b >> 4];
  if (bitRate === undefined) return null;
  const samples = layer === 1 ? 384 : layer === 3 && version !== 3 ? 576 : 1152;
  // A slot of padding has four bytes in layer I.
  const slot = layer === 1 ? 4 : 1;
  const padding = ((b >> 1) & 1) * slot;
  const size = Math.floor((samples * 125 * bitRate) / rate / slot) * slot + padding;
  const channels = c >> 6 === 3 ? 1 : 2;
  return { size: bitRate === 0 ? 0 : size, padding, samples, rate, stream: `${version} ${layer} ${rate} ${channels}` };
}

/** Returns the position of the first MPEG audio frame of a file; null for a file without such sound. */
export function findMpegAudio(file: ByteFile): number | null {
  return findFrames(file, afterId3(file), readMpegFrame);
}

/**
 * Reads an MP3, or MPEG audio of an earlier layer, which has the same content type (RFC 3003): its frames,
 * counted one by one. Tags, padding and junk before, between and after them are skipped.
 *
 * A header of an encoder (Xing, Info, VBRI) declares the number of frames; without one, lost frames go unnoticed.
 */
export function readMp3(path: string): MediaFacts {
  using file = new ByteFile(path);
  const first = findMpegAudio(file);
  const frame = first === null ? null : readMpegFrame(file.bytes(first, 4));
  if (first === null || frame === null) throw unreadable(WHAT, "it holds no sound, or is truncated");
  const header = encoderHeader(file, first);
  const begin = header === null ? first : first + frame.size;
  const found = countFrames(file, begin, readMpegFrame);
  if (found.frames === 0) throw unreadable(WHAT, "it holds no sound, or is truncated");
  if (header !== null && isCut(header, found, frame)) {
    throw unreadable(WHAT);
  }
  return mediaFacts("mp3", { duration: seconds(found.seconds) });
}

/** The content of the encoder's own frame, which holds no sound. */
interface EncoderHeader {
  readonly frames: number | null;
  readonly bytes: number | null;
}

/**
 * Returns true for a truncated file. Encoders count one frame more or less; a few more are missing if the file ends
 * within a frame, or many anywhere.
 */
function isCut({ frames, bytes }: EncoderHeader, found: FrameCount, { samples, rate }: AudioFrame): boolean {
  if (frames === null) return found.isCut && (bytes ?? 0) - (found.end - found.begin) > (bytes ?? 0) * 0.05;
  const missing = frames - found.frames;
  return missing > 1 && (found.isCut || (missing * samples) / rate > Math.max(0.5, (frames * samples * 0.05) / rate));
}

function encoderHeader(file: ByteFile, first: number): EncoderHeader | null {
  const frame = file.bytes(first, 200);
  const vbri = frame.toString("latin1", 36, 40) === "VBRI";
  if (vbri && frame.length >= 54) return { bytes: frame.readUInt32BE(46), frames: frame.readUInt32BE(50) };
  // After the side information, whose size depends on version and channels, and after an optional checksum.
  for (const at of [36, 21, 13, 38, 23, 15]) {
    if (!["Xing", "Info"].includes(frame.toString("latin1", at, at + 4)) || frame.length < at + 16) continue;
    const flags = frame.readUInt32BE(at + 4);
    const frames = (flags & 1) !== 0 ? frame.readUInt32BE(at + 8) : null;
    const bytes = (flags & 2) !== 0 ? frame.readUInt32BE(at + 8 + (frames === null ? 0 : 4)) : null;
    return { frames, bytes };
  }
  return null;
}
