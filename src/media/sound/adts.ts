import { type MediaFacts, mediaFacts, seconds } from "../facts.ts";
import { ByteFile } from "../files/byte_file.ts";
import { unreadable } from "../media_errors.ts";
import { type AudioFrame, afterId3, countFrames, findFrames } from "./audio_frames.ts";

const SAMPLE_RATES = [
  96_000, 88_200, 64_000, 48_000, 44_100, 32_000, 24_000, 22_050, 16_000, 12_000, 11_025, 8_000, 7_350,
];

/** Reads the header of an ADTS frame (ISO 14496-3, 1.A.2.2). */
export function readAdtsFrame([sync = 0, a = 0, b = 0, c = 0, d = 0, e = 0, f = 0]: Uint8Array): AudioFrame | null {
  if (sync !== 0xff || (a & 0xf6) !== 0xf0) return null;
  const rate = SAMPLE_RATES[(b >> 2) & 15];
  const size = ((c & 3) << 11) | (d << 3) | (e >> 5);
  if (rate === undefined || size < 7) return null;
  const channels = ((b & 1) << 2) | (c >> 6);
  return { size, padding: 0, samples: 1024 * ((f & 3) + 1), rate, stream: `${a & 8} ${b >> 6} ${rate} ${channels}` };
}

/** Returns the position of the first ADTS frame of a file; null for a file without such sound. */
export function findAdts(file: ByteFile): number | null {
  return findFrames(file, afterId3(file), readAdtsFrame);
}

/** Reads an AAC file: its ADTS frames, counted one by one. */
export function readAac(path: string): MediaFacts {
  using file = new ByteFile(path);
  const first = findAdts(file);
  const found = first === null ? null : countFrames(file, first, readAdtsFrame);
  if (!found || found.frames === 0) throw unreadable("AAC audio file", "it holds no sound, or is truncated");
  return mediaFacts("aac", { duration: seconds(found.seconds) });
}
