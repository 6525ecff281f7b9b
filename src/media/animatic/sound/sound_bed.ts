import { Input, type InputAudioTrack, MP3, OGG } from "mediabunny";
import { ByteFile } from "../../files/byte_file.ts";
import { type Container, mp3Parts, openContainer, soundTrack } from "../../film/open_container.ts";
import { type Extent, splicedFile } from "../../film/patched_file.ts";
import { presentationOf } from "../../film/presentation.ts";
import { isOggFlac, oggChain } from "../../sound/ogg.ts";
import { UnusableAsset } from "../unusable.ts";
import { decodeTrack } from "./decode_track.ts";
import { endless } from "./endless.ts";
import { createOggLoop, oggOf, pagesOfParts } from "./ogg_loop.ts";
import { loopOf, type Piece, type PieceLoop } from "./piece_loop.ts";
import { createResampler } from "./resample.ts";

/** Endless stereo from one sound file. */
export interface SoundBed {
  /** Samples per second. */
  rate: number;
  /** Returns the next frames as planar stereo: all of the left channel, then all of the right. */
  read(frames: number): Promise<Float32Array>;
  close(): void;
}

/** The sample rates of AAC (ISO/IEC 14496-3, table 1.16): a bed at one of them keeps its own rate. */
const AAC_RATES = new Set([8000, 11025, 12000, 16000, 22050, 24000, 32000, 44100, 48000, 64000, 88200, 96000]);

/** The target for any other rate. */
const COMMON_RATE = 48_000;

/** The range of accepted sample rates: the cost of resampling grows with the rate. */
const RATES = { lowest: 4000, highest: 384_000 } as const;

/**
 * Opens a sound file and decodes its beginning.
 *
 * @param onBroken called if the file breaks off in the middle; what follows is silence
 * @throws {UnusableAsset} with the reason; any other error means that decoding failed
 */
export async function openBed(path: string, onBroken: () => void): Promise<SoundBed> {
  const container = openContainer(path);
  const { input } = container;
  let opened: PieceLoop | null = null;
  try {
    if (!(await input.canRead())) throw new UnusableAsset("its container is damaged, or not one that can be played");
    const track = await soundTrack(input);
    const loop = await openLoop(path, track, container);
    opened = loop;
    const first = await loop.next().catch(() => {
      throw new UnusableAsset(
        `its codec (${track?.codec ?? "unknown"}) cannot be decoded, or it is damaged; store it as WAV or MP3 instead`,
      );
    });
    if (!first) throw new UnusableAsset("it has no sound in it");
    if (first.rate < RATES.lowest || first.rate > RATES.highest) {
      throw new UnusableAsset(`its sample rate of ${first.rate} Hz is not supported`);
    }
    const rate = AAC_RATES.has(first.rate) ? first.rate : COMMON_RATE;
    const resampler = rate === first.rate ? null : createResampler(first.rate, rate);
    const pieces = endless(loop, { first, onBroken });
    let piece: Piece = { rate, left: new Float32Array(0), right: new Float32Array(0) };
    let at = 0;
    return {
      rate,
      async read(frames) {
        const out = new Float32Array(frames * 2);
        let filled = 0;
        while (filled < frames) {
          const count = Math.min(frames - filled, piece.left.length - at);
          out.set(piece.left.subarray(at, at + count), filled);
          out.set(piece.right.subarray(at, at + count), frames + filled);
          filled += count;
          at += count;
          if (at < piece.left.length) continue;
          const { value, done } = await pieces.next();
          if (done || !value) break;
          piece = resampler ? resampler.push(value) : value;
          at = 0;
        }
        return out;
      },
      close() {
        loop.close();
        input.dispose();
      },
    };
  } catch (error) {
    opened?.close();
    input.dispose();
    throw error;
  }
}

async function openLoop(path: string, track: InputAudioTrack | null, container: Container): Promise<PieceLoop> {
  const pages = () => pagesOfParts(path);
  if (!track) {
    using file = new ByteFile(path);
    if (isOggFlac(file)) return createOggLoop("flac", pages);
    throw new UnusableAsset("its codec cannot be decoded; store it as WAV or MP3 instead");
  }
  const isOgg = (await container.input.getFormat()) === OGG;
  if (track.codec === "vorbis") return createOggLoop("vorbis", isOgg ? pages : () => [oggOf(track)]);
  if (isOgg) return loopOf(() => decodeParts(path, { format: OGG, partsOf: oggChain }));
  if ((await container.input.getFormat()) === MP3) {
    return loopOf(() => decodeParts(path, { format: MP3, partsOf: mp3Parts }));
  }
  const { stretches } = await presentationOf(track, container.movie);
  return loopOf(() => decodeTrack(track, stretches));
}

/** Decodes all parts of a chained file; the container library reads the first one only. */
async function* decodeParts(
  path: string,
  { format, partsOf }: { format: typeof OGG | typeof MP3; partsOf: (file: ByteFile) => readonly (readonly Extent[])[] },
): AsyncGenerator<Piece, void> {
  using file = new ByteFile(path);
  for (const part of partsOf(file)) {
    using input = new Input({ source: splicedFile(path, part), formats: [format] });
    const track = await soundTrack(input);
    if (track) yield* decodeTrack(track, []);
  }
}
